#include "gateway/answer/page_window.h"

#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "gateway/base/reason.h"
#include "gateway/base/request_fields.h"
#include "gateway/base/status_macros.h"

namespace mrg {
namespace {

constexpr size_t kPageTokenBytesMax = 256;
constexpr size_t kPageBytesMax = size_t{2} << 20;

}  // namespace

absl::StatusOr<PageWindow> PageWindow::Parse(int32_t page_size, absl::string_view page_token,
                                             int32_t size_default, int32_t size_max) {
  if (page_size < 0 || page_size > size_max) {
    return MakeFieldError(Reason::kFieldMalformed, "page_size",
                          absl::StrCat("expected 0 to ", size_max));
  }
  MRG_RETURN_IF_ERROR(OptionalText("page_token", page_token, kPageTokenBytesMax));
  std::string after;
  // The decoder passes over spaces and padding; a token of ours has neither.
  if (!page_token.empty() && (!absl::WebSafeBase64Unescape(page_token, &after) ||
                              absl::WebSafeBase64Escape(after) != page_token)) {
    return MakeFieldError(Reason::kFieldMalformed, "page_token", "expected a token of a page");
  }
  return PageWindow(page_size == 0 ? size_default : page_size, std::move(after));
}

bool PageWindow::Takes(absl::string_view key, size_t bytes) {
  if (more_ || key <= last_) return false;
  if (taken_ == size_ || bytes_ >= kPageBytesMax) {
    more_ = true;
    return false;
  }
  last_ = std::string(key);
  ++taken_;
  bytes_ += bytes;
  return true;
}

std::string PageWindow::NextToken() const {
  return more_ ? absl::WebSafeBase64Escape(last_) : std::string();
}

}  // namespace mrg
