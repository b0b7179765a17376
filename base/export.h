#pragma once

/// Marks what libvggflow.so exports; everything else is hidden.
#define VGGFLOW_API __attribute__((visibility("default")))
