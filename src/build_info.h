/* What this binary was built with, for `python -m dualad info`. */
#ifndef DUALAD_BUILD_INFO_H
#define DUALAD_BUILD_INFO_H

#define STRING_OF(x) #x
#define STRING(x) STRING_OF(x)

#if defined(__clang__)
#define COMPILER "clang " __clang_version__
#elif defined(__GNUC__)
#define COMPILER "gcc " __VERSION__
#elif defined(_MSC_VER)
#define COMPILER "msvc " STRING(_MSC_VER)
#else
#define COMPILER "unknown"
#endif

#if defined(__AVX512F__)
#define SIMD "AVX512F"
#elif defined(__AVX2__)
#define SIMD "AVX2"
#elif defined(__SSE2__) || defined(_M_X64)
#define SIMD "SSE2 (x86-64-v1)"
#elif defined(__ARM_NEON) || defined(_M_ARM64)
#define SIMD "NEON"
#else
#define SIMD "none"
#endif

#define NUMPY_VERSION DUALAD_BUILT_AGAINST

#endif
