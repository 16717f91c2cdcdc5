"""np.einsum against itself at complex arguments, for subscripts made at random."""

import numpy as np
import pytest

import dualad


def random_case(rng):
    """(subscripts, operands), or None for what NumPy refuses: letters twice, an ellipsis, axes of 0 and 1."""
    sizes = {letter: int(rng.integers(rng.random() > 0.1, 4)) for letter in "abcde"}
    ellipsis, inputs, operands = rng.random() < 0.3, [], []
    for _ in range(rng.integers(1, 5)):
        sub = "".join(rng.choice(list(sizes), rng.integers(0, 4)))
        stretched = rng.random() < 0.2 and len(set(sub)) == len(sub)
        shape = [1 if stretched and rng.random() < 0.5 else sizes[letter] for letter in sub]
        if ellipsis and rng.random() < 0.7:
            sub, shape = "..." + sub, [*[(2, 3), (3,), (1, 3), ()][rng.integers(0, 4)], *shape]
        inputs.append(sub)
        operands.append(rng.normal(size=shape))
    used = sorted({*"".join(inputs)} - {"."})
    output = "..." * any("..." in sub for sub in inputs)
    output += "".join(rng.permutation([letter for letter in used if rng.random() < 0.5]))
    subscripts = ",".join(inputs) + "->" + output
    try:
        np.einsum(subscripts, *operands)
    except ValueError:
        return None
    return subscripts, operands


@pytest.mark.parametrize("seed", range(8))
def test_random_subscripts(seed):
    rng, done = np.random.default_rng(seed), 0
    while done < 60:
        case = random_case(rng)
        if case is None:
            continue
        subscripts, operands = case
        moving = rng.random(len(operands)) < 0.8
        moving[rng.integers(len(operands))] = True
        directions = [rng.normal(size=x.shape) for x in operands]
        given = [dualad.seed(x, d[..., None]) if moves else x
                 for x, d, moves in zip(operands, directions, moving, strict=True)]
        kept = [dualad.value(x).copy() for x in given]
        found = np.einsum(subscripts, *given)
        assert np.array_equal(dualad.value(found), np.einsum(subscripts, *operands)), subscripts
        steps = [x + 1e-40j * d * moves for x, d, moves in zip(operands, directions, moving, strict=True)]
        exact = np.imag(np.einsum(subscripts, *steps)) / 1e-40
        np.testing.assert_allclose(dualad.partials(found)[..., 0], exact, rtol=1e-10, atol=1e-10, err_msg=subscripts)
        assert all(np.array_equal(dualad.value(x), before) for x, before in zip(given, kept, strict=True))
        done += 1
