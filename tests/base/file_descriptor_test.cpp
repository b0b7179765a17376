#include "base/file_descriptor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <pthread.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <string>
#include <thread>

#include "base/error.h"

namespace vggflow {
namespace {

using testing::HasSubstr;

// A signal in the middle of a long write makes it a short one, or none at all.
TEST(FileDescriptor, WriteAllGoesOnAfterASignal) {
  struct sigaction nothing {};
  nothing.sa_handler = [](int) {};
  ASSERT_EQ(::sigaction(SIGUSR1, &nothing, nullptr), 0);
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe(ends.data()), 0);
  const FileDescriptor from(ends[0]);
  FileDescriptor to(ends[1]);
  std::string sent(1 << 20, '\0');
  for (std::size_t i = 0; i < sent.size(); ++i) sent[i] = static_cast<char>(i * 7 % 251);
  std::jthread writer([&] {
    write_all(to.get(), sent, "pipe");
    to.reset();
  });
  std::string got;
  std::array<char, 5000> part{};
  for (ssize_t bytes = 1; bytes > 0;) {
    bytes = ::read(from.get(), part.data(), part.size());
    if (bytes > 0) got.append(part.data(), static_cast<std::size_t>(bytes));
    ::pthread_kill(writer.native_handle(), SIGUSR1);
  }
  EXPECT_TRUE(got == sent);
}

TEST(FileDescriptor, ErrorsNameThePlace) {
  try {
    const FileDescriptor null = open_for_reading("/dev/null");
    write_all(null.get(), "text", "here");
    FAIL() << "wrote to what is open for reading";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("here: cannot write"));
  }
  try {
    static_cast<void>(open_for_reading("/no/such/file"));
    FAIL() << "opened nothing";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("/no/such/file: cannot open: No such file"));
  }
}

}  // namespace
}  // namespace vggflow
