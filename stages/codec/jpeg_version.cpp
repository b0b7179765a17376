#include "stages/codec/jpeg_version.h"

#include <cstddef>
#include <cstdio>
// After the two above: jpeglib.h uses size_t and FILE without declaring them.
#include <jpeglib.h>

// The header gives bare tokens (2.1.5), not a text.
#define VGGFLOW_TEXT_OF(tokens) #tokens
#define VGGFLOW_TEXT(macro) VGGFLOW_TEXT_OF(macro)

namespace vggflow {

std::string jpeg_version() { return "libjpeg-turbo " VGGFLOW_TEXT(LIBJPEG_TURBO_VERSION); }

}  // namespace vggflow
