#include "tests/scenario/raw_calls.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "gtest/gtest.h"
#include "tests/federation/wait_until.h"

namespace mrg {

RawCalls::RawCalls(const Federation& federation, absl::string_view member,
                   absl::string_view listener, absl::string_view identity, const RawCallsPlan& plan)
    : out_(absl::StrCat(federation.folder(), "/raw-calls.",
                        absl::StrReplaceAll(absl::StrCat(identity, plan.method), {{"/", "."}}))) {
  const std::vector<std::string> address =
      absl::StrSplit(federation.Address(member, listener), ':');
  std::vector<std::string> owner = absl::StrSplit(identity, '/');
  if (owner.size() == 1) owner.insert(owner.begin(), std::string(member));
  const auto tls = [&](absl::string_view whose, absl::string_view name) {
    return federation.Path(whose, absl::StrCat("tls/", name));
  };
  auto process =
      ChildProcess::Start({"python3", "-B", "tests/scenario/raw_calls.py", address[0], address[1],
                           tls(owner[0], owner[1] + ".pem"), tls(owner[0], owner[1] + ".key"),
                           tls(member, "ca.pem"), "/" + plan.method, absl::StrCat(plan.connections),
                           absl::StrCat(plan.streams), plan.mode, plan.what},
                          out_, out_ + ".err");
  EXPECT_TRUE(process.ok()) << process.status();
  process_ = *std::move(process);
}

int64_t RawCalls::Sent() const {
  int64_t sent = 0;
  EXPECT_TRUE(WaitUntil([&] {
    const std::string said = ReadIfThere(out_);
    absl::string_view rest = said;
    return absl::ConsumePrefix(&rest, "sent ") && absl::SimpleAtoi(rest, &sent);
  })) << ReadIfThere(out_ + ".err");
  return sent;
}

}  // namespace mrg
