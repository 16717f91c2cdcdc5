/* Preloaded before the C library's: what is to happen when a thread asks for memory the k-th time.
 *
 * Either it gets none.  Small blocks fail only where our code asks for them (through Python's functions, too):
 * NumPy and the interpreter itself crash without some of theirs.  Who asks the stack tells.
 * Or it is interrupted, as by Ctrl-C, wherever it is.
 */
#define _GNU_SOURCE

#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <link.h>
#include <stddef.h>

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *block, size_t size);

enum { LARGE = 1 << 20, FRAMES = 32, RANGES = 512 };

static struct {
    char *start, *end;
    int ours;
} ranges[RANGES];
static int range_count;

static void (*interrupt)(void);
static _Thread_local int failing, interrupting;
static _Thread_local long seen, first, last;

/* The code from start to end is ours or somebody else's. */
int
add_range(char *start, char *end, int ours)
{
    if (range_count == RANGES) {
        return -1;
    }
    ranges[range_count].start = start;
    ranges[range_count].end = end;
    ranges[range_count++].ours = ours;
    return 0;
}

/* Of the interpreter; some of its functions leak a reference without memory, or crash. */
static int
spare(const char *function)
{
    char *start = dlsym(RTLD_DEFAULT, function);
    const ElfW(Sym) *symbol = NULL;
    Dl_info info;
    if (start == NULL || dladdr1(start, &info, (void **)&symbol, RTLD_DL_SYMENT) == 0 || symbol == NULL) {
        return -1;
    }
    return add_range(start, start + symbol->st_size, 0);
}

int
setup(void)
{
    void *frame[1];
    backtrace(frame, 1); /* it allocates when first called */
    interrupt = (void (*)(void))dlsym(RTLD_DEFAULT, "PyErr_SetInterrupt");
    if (interrupt == NULL) {
        return -1;
    }
    static const char *const spared[] = {"_PyEval_EvalFrameDefault", "PySequence_List", "PyContextVar_Set"};
    for (int i = 0; i < 3; i++) {
        if (spare(spared[i]) < 0) {
            return -1;
        }
    }
    return 0;
}

void
fail_allocations(long from, long to)
{
    seen = 0;
    first = from;
    last = to;
    failing = 1;
}

void
interrupt_at_allocation(long k)
{
    seen = 0;
    first = last = k;
    interrupting = 1;
}

long
allow_allocations(void)
{
    failing = interrupting = 0;
    return seen;
}

static int
is_spared(size_t size)
{
    void *frames[FRAMES];
    const int depth = size < LARGE ? backtrace(frames, FRAMES) : 0;
    for (int i = 0; i < depth; i++) {
        for (int k = 0; k < range_count; k++) {
            if ((char *)frames[i] >= ranges[k].start && (char *)frames[i] < ranges[k].end) {
                return !ranges[k].ours;
            }
        }
    }
    return depth > 0;
}

static int
fails(size_t size)
{
    if (interrupting && ++seen == first) {
        interrupt();
    }
    if (!failing) {
        return 0;
    }
    failing = 0;
    const int spared = is_spared(size);
    failing = 1;
    if (spared) {
        return 0;
    }
    seen++;
    if (seen < first || seen > last) {
        return 0;
    }
    errno = ENOMEM;
    return 1;
}

void *
malloc(size_t size)
{
    return fails(size) ? NULL : __libc_malloc(size);
}

void *
calloc(size_t count, size_t size)
{
    return fails(count * size) ? NULL : __libc_calloc(count, size);
}

void *
realloc(void *block, size_t size)
{
    return fails(size) ? NULL : __libc_realloc(block, size);
}
