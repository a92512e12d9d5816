// Generates gateway/docs/REASONS.md from the closed list and compares the page with it.

#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "gateway/base/reason.h"
#include "gtest/gtest.h"
#include "tests/golden/golden_file.h"

namespace mrg {
namespace {

std::string CodeName(absl::StatusCode code) {
  return code == absl::StatusCode::kOk ? "OK (a verdict)" : absl::StatusCodeToString(code);
}

std::string ReasonsPage() {
  std::string page =
      "# Reasons\n\n"
      "The closed list. A reason is the token in `google.rpc.ErrorInfo.reason` of a failed call,\n"
      "in a check of a decision record, and in metrics. Callers compare tokens,\n"
      "never message text. An *error* means that nothing was decided or written; a *verdict* is "
      "why\n"
      "a check of a decision ended as it did, and the call itself answers OK.\n\n"
      "The gRPC code says what to do: `UNAVAILABLE` retry, `ABORTED` redo the transaction,\n"
      "`RESOURCE_EXHAUSTED` retry later or send less, `FAILED_PRECONDITION` do not retry until\n"
      "something changes, `INVALID_ARGUMENT` mend the request.\n\n"
      "Generated from `gateway/base/reason_table.inc` by `./tests/run --golden`; not edited by "
      "hand.\n\n"
      "| token | use | gRPC code | English | 中文 |\n"
      "|---|---|---|---|---|\n";
  for (const ReasonInfo& info : AllReasons()) {
    absl::StrAppend(&page, "| `", info.token, "` | ",
                    info.use == ReasonUse::kError ? "error" : "verdict", " | ", CodeName(info.code),
                    " | ", info.english, " | ", info.chinese, " |\n");
  }
  return page;
}

TEST(ReasonsPage, SaysWhatTheTableSays) { ExpectGolden("gateway/docs/REASONS.md", ReasonsPage()); }

}  // namespace
}  // namespace mrg
