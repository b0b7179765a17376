#include <sys/stat.h>

#include "tests/pipeline/dataset/dataset_files.h"

namespace vggflow::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class ListSource : public DatasetFiles {
 protected:
  std::string error_of_list(std::string_view text) const {
    write("l.txt", text);
    return error_of({{"list", "l.txt"}}, Origin::data);
  }
};

TEST_F(ListSource, GivesTheFoldersIdsLabelsAndBytes) {
  write("set/a/x y.jpg", "spaces");
  write("set/a/B.jpg", "aB");
  write("set/b/x.jpg", "bx");
  write("set/l.txt", "b/x.jpg 1\n \ta/x y.jpg \t 0\r\n\na/B.jpg 0");
  const auto list = open({{"list", "set/l.txt"}});
  const auto folder = open({{"folder", "set"}});
  ASSERT_EQ(names_of(*list), names_of(*folder));
  for (std::uint64_t id = 0; id < list->size(); ++id) {
    EXPECT_EQ(list->label(id), folder->label(id));
    EXPECT_EQ(bytes_of(*list, id), bytes_of(*folder, id));
  }
  EXPECT_THAT(list->classes(), ElementsAre("0", "1"));
  EXPECT_EQ(list->description(), "list l.txt, 3 images, 2 classes");
}

TEST_F(ListSource, RanksByTheLabelAsANumber) {
  std::string text;
  for (int label = 11; label >= 0; --label)
    text += "p" + std::to_string(label % 3) + " " + std::to_string(label) + "\n";
  write("l.txt", text);
  const auto list = open({{"list", "l.txt"}});
  for (std::uint64_t id = 0; id < 12; ++id) EXPECT_EQ(list->label(id), static_cast<int>(id));
  EXPECT_EQ(list->classes()[10], "10");
}

TEST_F(ListSource, PathsStartAtTheRootOrAreAbsolute) {
  write("pictures/x.jpg", "relative");
  const fs::path far = write("far/y.jpg", "absolute");
  write("lists/l.txt", "x.jpg 0\n" + far.string() + " 1\n");
  const auto list = open({{"list", "lists/l.txt"}, {"root", "pictures"}});
  EXPECT_EQ(bytes_of(*list, 0), "relative");
  EXPECT_EQ(bytes_of(*list, 1), "absolute");
}

TEST_F(ListSource, WithClassesSomeMayBeEmpty) {
  write("l.txt", "x 3\ny 1\n");
  const auto list = open({{"list", "l.txt"}, {"classes", "5"}});
  EXPECT_EQ(list->classes().size(), 5U);
  EXPECT_EQ(list->label(0), 1);
  EXPECT_EQ(list->label(1), 3);
}

TEST_F(ListSource, AListedFileThatIsMissingIsNamedWhenRead) {
  write("l.txt", "gone.jpg 0\n");
  const auto list = open({{"list", "l.txt"}});
  try {
    bytes_of(*list, 0);
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("gone.jpg: cannot open: No such file"));
  }
}

TEST_F(ListSource, ErrorLabelOutsideTheClasses) {
  write("l.txt", "x 0\ny 5\n");
  EXPECT_THAT(error_of({{"list", "l.txt"}, {"classes", "5"}}, Origin::data),
              HasSubstr("l.txt:2: label 5 is outside the classes; allowed: 0 to 4"));
}

TEST_F(ListSource, ErrorEmptyClass) {
  EXPECT_THAT(error_of_list("x 0\ny 0\nz 3\nw 2\n"),
              HasSubstr("l.txt:4: label 2 leaves class 1 empty; labels must be 0 ... n-1"));
  EXPECT_THAT(error_of_list("x 2000000000\n"), HasSubstr("l.txt:1: label 2000000000 leaves"));
}

TEST_F(ListSource, ErrorMalformedLine) {
  for (const char* line : {"x.jpg", "x.jpg -1", "x.jpg one", "x.jpg 1.5", "3", "x 99999999999"}) {
    EXPECT_THAT(error_of_list("ok.jpg 0\n" + std::string(line) + "\n"),
                HasSubstr("l.txt:2: got '" + std::string(line) + "'; allowed: PATH LABEL"))
        << line;
  }
}

TEST_F(ListSource, ErrorNothingThere) {
  EXPECT_THAT(error_of_list("\n\n"), HasSubstr("l.txt: lists no images"));
  EXPECT_THAT(error_of({{"list", "no.txt"}}, Origin::system), HasSubstr("no.txt: cannot open"));
  fs::create_directories(root() / "folder");
  EXPECT_THAT(error_of({{"list", "folder"}}, Origin::system), HasSubstr("folder: cannot read"));
}

TEST_F(ListSource, ErrorAFifoIsNotWaitedFor) {
  ASSERT_EQ(::mkfifo((root() / "fifo").c_str(), 0600), 0);
  write("l.txt", "fifo 0\n");
  const auto list = open({{"list", "l.txt"}});
  try {
    bytes_of(*list, 0);
    FAIL() << "read a FIFO";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("fifo: is not a regular file"));
  }
}

TEST_F(ListSource, AbsolutePathsStayAsTheyAre) {
  const fs::path image = write("elsewhere/x.jpg", "x");
  write("l.txt", image.string() + " 0\n");
  EXPECT_EQ(bytes_of(*open({{"list", "l.txt"}, {"root", "no/where"}}), 0), "x");
}

}  // namespace
}  // namespace vggflow::testing
