#include "tests/architecture/forbidden_calls.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "tests/architecture/layers.h"

namespace mrg {
namespace {

enum class InTests { kRefused, kAllowed };

struct Rule {
  std::vector<absl::string_view> calls;
  std::vector<absl::string_view> allowed_prefixes;  // of the path
  InTests in_tests;
  absl::string_view instead;
};

const std::vector<Rule>& Rules() {
  static const auto* rules = new std::vector<Rule>{
      {{"absl::Now", "absl::GetCurrentTimeNanos", "system_clock", "steady_clock",
        "high_resolution_clock", "gettimeofday", "clock_gettime", "time(nullptr)", "time(NULL)"},
       {"gateway/base/real_clock.cc"},
       InTests::kRefused,
       "take `absl::Time now` from the caller, or a Clock (gateway/base/clock.h) at the edge"},
      {{"sleep_for", "sleep_until", "absl::SleepFor", "usleep", "nanosleep", "sleep"},
       {},
       InTests::kRefused,
       "wait for a condition, or move a SimulatedClock"},
      {{"std::thread", "std::jthread", "std::async", "pthread_create"},
       {"gateway/daemon/"},
       InTests::kAllowed,
       "our threads start in gateway/daemon only; offer a RunOnce(now)"},
      {{"std::mutex", "std::shared_mutex", "std::recursive_mutex", "std::condition_variable",
        "absl::Mutex", "absl::MutexLock", "absl::CondVar"},
       {"gateway/base/mutex.h"},
       InTests::kRefused,
       "use mrg::Mutex of gateway/base/mutex.h, which TSan and -Wthread-safety see"},
      {{"throw"}, {}, InTests::kRefused, "return absl::Status; we throw no exceptions of our own"},
      {{"dynamic_cast"}, {}, InTests::kRefused, "add a virtual function or a variant"},
      {{"getenv", "secure_getenv", "setenv"},
       {"gateway/daemon/", "gateway/cli/"},
       InTests::kAllowed,
       "read it in daemon or cli and pass the value down"},
      {{"std::cout", "std::cerr", "std::clog", "std::ostream", "printf", "fprintf", "puts",
        "fputs"},
       {"gateway/cli/display.", "gateway/cli/mrgctl.cc", "gateway/daemon/main.cc",
        "gateway/base/redacted.h"},
       InTests::kAllowed,
       "show text by Display of gateway/cli/display.h, which escapes what others wrote"},
      {{"rand", "srand", "std::random_device", "std::mt19937", "std::mt19937_64", "absl::BitGen"},
       {},
       InTests::kAllowed,
       "use RandomBytes of gateway/crypto/random.h at the edge"},
      {{"absl::ParseTime"},
       {},
       InTests::kAllowed,
       "read it with ParseInstant of gateway/base/instant.h, which takes neither loose forms nor "
       "the infinities"},
  };
  return *rules;
}

bool IsWord(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

// Result: whether `call` stands in `line` as a whole word. A plain function name (no colon) counts
// only when it is called and is not a member of something else.
bool Calls(absl::string_view line, absl::string_view call) {
  for (size_t at = line.find(call); at != absl::string_view::npos; at = line.find(call, at + 1)) {
    const char before = at == 0 ? ' ' : line[at - 1];
    const char after = at + call.size() < line.size() ? line[at + call.size()] : ' ';
    if (IsWord(before) || (IsWord(after) && IsWord(call.back()))) continue;
    const bool is_name = call == "sleep" || call == "rand" || call == "srand";
    if (is_name && (after != '(' || before == '.' || before == '>')) continue;
    return true;
  }
  return false;
}

bool Allowed(const Rule& rule, absl::string_view path) {
  if (rule.in_tests == InTests::kAllowed && IsTestCode(path)) return true;
  return std::any_of(rule.allowed_prefixes.begin(), rule.allowed_prefixes.end(),
                     [&](absl::string_view prefix) { return absl::StartsWith(path, prefix); });
}

}  // namespace

std::vector<std::string> ForbiddenCalls(const std::vector<SourceFile>& files) {
  std::vector<std::string> found;
  for (const SourceFile& file : files) {
    if (!IsCpp(file.path) || PackageOf(file.path).empty()) continue;
    const std::string code = CodeOnly(file.content);
    int line_number = 0;
    for (absl::string_view line : absl::StrSplit(code, '\n')) {
      ++line_number;
      if (absl::StartsWith(line, "#include")) continue;
      for (const Rule& rule : Rules()) {
        if (Allowed(rule, file.path)) continue;
        for (absl::string_view call : rule.calls) {
          if (!Calls(line, call)) continue;
          found.push_back(
              absl::StrCat(file.path, ":", line_number, ": ", call, ": ", rule.instead));
        }
      }
      // Debian's absl::string_view and std::string_view do not convert (ADR-0001).
      if (absl::EndsWith(file.path, ".h") && Calls(line, "std::string_view")) {
        found.push_back(absl::StrCat(file.path, ":", line_number,
                                     ": std::string_view: our interfaces use absl::string_view"));
      }
    }
  }
  return found;
}

}  // namespace mrg
