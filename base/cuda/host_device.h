#pragma once

/// What runs on the card and, for tests without one, on the processor too.
#ifdef __CUDACC__
#define VGGFLOW_HOST_DEVICE __host__ __device__
#else
#define VGGFLOW_HOST_DEVICE
#endif
