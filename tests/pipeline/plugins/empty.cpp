// Registers nothing.
extern "C" int vggflow_test_empty() { return 0; }
