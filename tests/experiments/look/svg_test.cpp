#include "experiments/look/svg.h"

#include <gtest/gtest.h>

namespace vggflow {
namespace {

const std::string kReplaced = "\xEF\xBF\xBD";

TEST(XmlText, EscapesWhatXmlReads) {
  EXPECT_EQ(xml_text("a<b>&\"c\"'d'"), "a&lt;b&gt;&amp;&quot;c&quot;&#39;d&#39;");
  EXPECT_EQ(xml_text("K\xC3\xA4"
                     "fer \xE2\x82\xAC \xF0\x9F\x90\x9B\t\n"),
            "K\xC3\xA4"
            "fer \xE2\x82\xAC \xF0\x9F\x90\x9B\t\n");
  EXPECT_EQ(xml_text(""), "");
}

TEST(XmlText, ReplacesWhatXmlMayNotHold) {
  for (const std::string& bad :
       {std::string("\0", 1), std::string("\x1B"), std::string("\x80"), std::string("\xFF"),
        std::string("\xC0\xAF"), std::string("\xE0\x80\x80"), std::string("\xED\xA0\x80"),
        std::string("\xEF\xBF\xBE"), std::string("\xF4\x90\x80\x80"), std::string("\xE2\x82")}) {
    const std::string text = xml_text("a" + bad + "z");
    EXPECT_EQ(text.find("a" + kReplaced), 0U) << text;
    EXPECT_EQ(text.substr(text.size() - 4), kReplaced + "z") << text;
  }
}

TEST(CutAfter, CountsCodePoints) {
  EXPECT_EQ(cut_after("abcd", 4), "abcd");
  EXPECT_EQ(cut_after("abcde", 4), "abc\xE2\x80\xA6");
  EXPECT_EQ(cut_after("\xC3\xA4\xC3\xB6\xC3\xBC", 3), "\xC3\xA4\xC3\xB6\xC3\xBC");
  EXPECT_EQ(cut_after("\xC3\xA4\xC3\xB6\xC3\xBC\xC3\x9F", 3), "\xC3\xA4\xC3\xB6\xE2\x80\xA6");
  EXPECT_EQ(cut_after("", 3), "");
}

}  // namespace
}  // namespace vggflow
