#pragma once

#include <string_view>

namespace vggflow {

/// The texts of page.html, page.css, page.js, and Chart.js as it is distributed (minified).
[[nodiscard]] std::string_view page_html();
[[nodiscard]] std::string_view page_css();
[[nodiscard]] std::string_view page_js();
[[nodiscard]] std::string_view chart_js();

}  // namespace vggflow
