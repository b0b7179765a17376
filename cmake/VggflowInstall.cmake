# cmake --install: the command, the library with its public headers, and a package for find_package.
include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

# While the major version is 0, every minor one may break the binary interface.
set_target_properties(vggflow PROPERTIES
  VERSION ${PROJECT_VERSION}
  SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})
set_target_properties(vggflow_command PROPERTIES INSTALL_RPATH "$ORIGIN/../${CMAKE_INSTALL_LIBDIR}")

# What feeds, plugins and readers of images need. They include the standard library and each other.
set(public_headers
  base/atomic_file.h
  base/batch.h
  base/colour_affine.h
  base/cut.h
  base/error.h
  base/export.h
  base/geometry.h
  base/image.h
  base/params.h
  base/rng.h
  base/sha256.h
  base/span_log.h
  base/value.h
  base/version.h
  experiments/spec/yaml.h
  pipeline/batch_stage.h
  pipeline/dataset.h
  pipeline/epoch_order.h
  pipeline/flow.h
  pipeline/image_source.h
  pipeline/picture.h
  pipeline/planner.h
  pipeline/plugins.h
  pipeline/sample.h
  pipeline/stage.h
  pipeline/statistics.h
  stages/codec/encode_jpeg.h
  stages/codec/encode_png.h
  stages/codec/open_image.h
  stages/preview/contact_sheet.h
  stages/resample/profile.h)
target_sources(vggflow PUBLIC
  FILE_SET HEADERS BASE_DIRS ${PROJECT_SOURCE_DIR} FILES ${public_headers})

set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/vggflow)
install(TARGETS vggflow_command RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(TARGETS vggflow EXPORT vggflow
  LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}
  FILE_SET HEADERS DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/vggflow)
foreach(module vggflow_mpi vggflow_nccl)
  if(TARGET ${module})
    install(TARGETS ${module} LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
  endif()
endforeach()
install(EXPORT vggflow NAMESPACE vggflow:: FILE vggflow-config.cmake DESTINATION ${package_folder})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/vggflow-config-version.cmake
  COMPATIBILITY ExactVersion)
install(FILES ${PROJECT_BINARY_DIR}/vggflow-config-version.cmake DESTINATION ${package_folder})
install(DIRECTORY configs DESTINATION ${CMAKE_INSTALL_DATADIR}/vggflow)
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DATADIR}/vggflow)
