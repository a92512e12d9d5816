#ifndef MRG_GATEWAY_ANSWER_PAGE_WINDOW_H_
#define MRG_GATEWAY_ANSWER_PAGE_WINDOW_H_

// One page of a list whose items have keys and come in the order of their keys. The token names the
// last key of a page, so that a list that changes in between neither repeats nor skips what stays.
//
// Threads: belongs to one call.

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace mrg {

class PageWindow {
 public:
  // `page_size`, `page_token`: of the request. Errors: FIELD_MALFORMED, FIELD_TOO_LONG,
  // FIELD_NOT_UTF8 with "page_size" or "page_token" as the field.
  static absl::StatusOr<PageWindow> Parse(int32_t page_size, absl::string_view page_token,
                                          int32_t size_default, int32_t size_max);

  // Offers the next item. Result: true when it belongs to the page. Its size, bytes, counts: a page
  // ends at 2 MiB even when more items were asked for, since a client's channel takes 4 MiB.
  bool Takes(absl::string_view key, size_t bytes);

  // Result: the token of the next page; empty when nothing was left over.
  std::string NextToken() const;

 private:
  PageWindow(int32_t size, std::string after) : size_(size), last_(std::move(after)) {}

  const int32_t size_;
  std::string last_;  // the key after which the page goes on; empty: from the beginning
  int32_t taken_ = 0;
  size_t bytes_ = 0;
  bool more_ = false;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_ANSWER_PAGE_WINDOW_H_
