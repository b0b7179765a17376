#include "stages/preview/contact_sheet.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "tests/stages/test_images.h"

namespace vggflow {
namespace {

using namespace vggflow::testing;  // NOLINT

constexpr int kCell = 96;

SheetCell cell(Size size, const std::string& title = {}, const std::string& subtitle = {}) {
  return {.picture = test_picture(size), .title = title, .subtitle = subtitle, .failure = {}};
}

bool has(ConstImageView sheet, ConstImageView part, int x, int y) {
  for (int row = 0; row < part.size.height; ++row) {
    if (!std::equal(part.row(row), part.row(row) + part.size.width * kChannels,
                    sheet.at(x, y + row))) {
      return false;
    }
  }
  return true;
}

/// How often `part` is in the sheet, pixel for pixel.
int count(const Image& sheet, ConstImageView part) {
  int found = 0;
  for (int y = 0; y + part.size.height <= sheet.size().height; ++y) {
    for (int x = 0; x + part.size.width <= sheet.size().width; ++x) {
      found += has(sheet.view(), part, x, y) ? 1 : 0;
    }
  }
  return found;
}

std::vector<std::uint8_t> sheet_bytes(const std::vector<SheetCell>& cells,
                                      const SheetLayout& layout) {
  const Image sheet = contact_sheet(cells, layout);
  return bytes(sheet.view());
}

TEST(ContactSheet, ShowsEveryPictureAsItIs) {
  std::vector<SheetCell> cells;
  for (int i = 0; i < 7; ++i) cells.push_back(cell({kCell - i, kCell}));
  const Image sheet = contact_sheet(cells, {.heading = "x", .columns = 3, .cell_px = kCell});
  EXPECT_EQ(sheet.size(), sheet_size(7, {.heading = "x", .columns = 3, .cell_px = kCell}));
  for (const SheetCell& shown : cells) EXPECT_EQ(count(sheet, shown.picture.view()), 1);
}

TEST(ContactSheet, EnlargesByAWholeFactorAndShrinksTheRest) {
  const Image small = test_picture({20, 30});
  Image tripled({60, 90});
  for (int y = 0; y < 90; ++y) {
    for (int x = 0; x < 60; ++x) {
      std::copy_n(small.view().at(x / 3, y / 3), kChannels, tripled.view().at(x, y));
    }
  }
  EXPECT_EQ(count(contact_sheet({cell({20, 30})}, {.heading = {}, .columns = 1, .cell_px = kCell}),
                  tripled.view()),
            1);
  // A strip is shrunk to a line of one pixel, not to nothing.
  const Image sheet =
      contact_sheet({cell({3000, 2})}, {.heading = {}, .columns = 1, .cell_px = kCell});
  EXPECT_EQ(sheet.size(), sheet_size(1, {.heading = {}, .columns = 1, .cell_px = kCell}));
}

TEST(ContactSheet, LabelsStayBelowTheirOwnPicture) {
  const SheetLayout layout{.heading = {}, .columns = 2, .cell_px = kCell};
  const std::string longest(300, 'W');
  const Image plain = contact_sheet({cell({8, 8}), cell({8, 8})}, layout);
  const Image named = contact_sheet({cell({8, 8}, longest, longest), cell({8, 8})}, layout);
  std::set<int> columns;
  for (int y = 0; y < plain.size().height; ++y) {
    for (int x = 0; x < plain.size().width; ++x) {
      if (!std::equal(plain.view().at(x, y), plain.view().at(x, y) + 3, named.view().at(x, y))) {
        EXPECT_GT(y, kCell);
        columns.insert(x);
      }
    }
  }
  ASSERT_FALSE(columns.empty());
  EXPECT_GT(*columns.rbegin() - *columns.begin(), kCell / 2);
  EXPECT_LT(*columns.rbegin() - *columns.begin(), kCell);
}

TEST(ContactSheet, ShortensInTheMiddle) {
  const SheetLayout layout{.heading = {}, .columns = 1, .cell_px = kCell};
  const auto labelled = [&](const std::string& name) {
    return sheet_bytes({cell({8, 8}, name)}, layout);
  };
  const std::string middle(100, 'n');
  EXPECT_EQ(labelled("first" + middle + "last"), labelled("first" + middle + "n" + "last"));
  EXPECT_NE(labelled("first" + middle + "last"), labelled("first" + middle + "lost"));
  EXPECT_NE(labelled("first" + middle + "last"), labelled("worst" + middle + "last"));
}

TEST(ContactSheet, WhatTheFontHasNotIsAQuestionMark) {
  const SheetLayout layout{.heading = {}, .columns = 1, .cell_px = kCell};
  const auto labelled = [&](const std::string& name) {
    return sheet_bytes({cell({8, 8}, name)}, layout);
  };
  EXPECT_EQ(labelled("K\xC3\xA4"
                     "fer\x7F\n"),
            labelled("K?fer??"));
  EXPECT_NE(labelled("Kafer"), labelled("K?fer"));
}

TEST(ContactSheet, AFailureSaysWhyInItsCell) {
  const SheetLayout layout{.heading = {}, .columns = 1, .cell_px = kCell};
  const auto failed = [&](const std::string& reason) {
    return sheet_bytes({{.picture = {}, .title = "a", .subtitle = "b", .failure = reason}}, layout);
  };
  EXPECT_NE(failed("decode: it is empty"), failed("decode: it ends early"));
  EXPECT_NE(failed(""), sheet_bytes({cell({8, 8}, "a", "b")}, layout));
  EXPECT_EQ(failed(std::string(5000, 'x')).size(), failed("").size());
}

TEST(ContactSheet, OfNothingIsItsHeading) {
  const Image sheet = contact_sheet({}, {.heading = "none", .columns = 4, .cell_px = kCell});
  EXPECT_GT(sheet.size().area(), 0);
}

}  // namespace
}  // namespace vggflow
