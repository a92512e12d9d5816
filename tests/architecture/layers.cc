#include "tests/architecture/layers.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

namespace mrg {
namespace {

struct Layer {
  absl::string_view package;
  int level;
};

constexpr Layer kLayers[] = {
    {"proto", 0},
    {"gateway/base", 1},
    {"gateway/metrics", 2},
    {"gateway/crypto", 3},
    {"gateway/storage", 3},
    {"gateway/audit", 4},
    {"gateway/catalogue", 4},
    {"gateway/prefix_tree", 4},
    {"gateway/request_memory", 4},
    {"gateway/translation", 5},
    {"gateway/agreement", 5},
    {"gateway/credential_form", 5},
    {"gateway/licence_tag", 5},
    {"trustlist", 6},
    {"dispute", 6},
    {"gateway/recognition", 6},
    {"gateway/witness", 6},
    {"gateway/membership", 6},
    {"gateway/snapshot", 7},
    {"gateway/publication", 7},
    {"gateway/receipt", 8},
    {"gateway/ceremony", 8},
    {"gateway/federation", 8},
    {"gateway/retrieval", 8},
    {"gateway/answer", 9},
    {"gateway/rpc", 10},
    {"gateway/web", 11},
    {"gateway/config", 11},
    {"gateway/daemon", 12},
    {"gateway/cli", 12},
};

// A package that sees less than its level would allow.
struct Narrowing {
  absl::string_view package;
  absl::string_view include_prefix;
  absl::string_view why;
};

constexpr Narrowing kNarrowings[] = {
    {"trustlist/format", "gateway/storage/", "the file formats know nothing of storage"},
    {"trustlist", "gateway/catalogue/", "trustlist knows nothing of licences"},
    {"trustlist", "gateway/translation/", "trustlist knows nothing of licences"},
    {"trustlist", "gateway/agreement/", "trustlist knows nothing of licences"},
    {"trustlist", "gateway/credential_form/", "trustlist knows nothing of licences"},
    {"trustlist", "mrg/gateway/", "trustlist knows nothing of licences"},
    {"dispute", "gateway/catalogue/", "dispute knows nothing of licences"},
    {"dispute", "gateway/translation/", "dispute knows nothing of licences"},
    {"dispute", "gateway/agreement/", "dispute knows nothing of licences"},
    {"dispute", "gateway/credential_form/", "dispute knows nothing of licences"},
    {"dispute", "gateway/prefix_tree/", "dispute knows nothing of trust lists"},
    {"dispute", "mrg/trustlist/", "dispute knows nothing of trust lists"},
    {"gateway/recognition", "gateway/storage/", "the decision is pure: no store"},
    {"gateway/recognition", "gateway/audit/", "the decision is pure: no log"},
    {"gateway/recognition", "mrg/trustlist/", "recognition knows nothing of TUF"},
};

// A library that is named by certain packages only.
struct Owned {
  absl::string_view include_prefix;
  std::vector<absl::string_view> owners;  // "tests" stands for tests/
};

const std::vector<Owned>& OwnedLibraries() {
  static const auto* owned = new std::vector<Owned>{
      {"openssl/", {"gateway/crypto"}},
      {"archive.h", {"trustlist"}},
      {"archive_entry.h", {"trustlist"}},
      {"curl/", {"gateway/web"}},
      {"boost/", {"gateway/web"}},
      {"rocksdb/", {"gateway/storage"}},
      {"postgresql/", {"gateway/storage"}},
      {"prometheus/", {"gateway/metrics"}},
      {"CivetServer.h", {"gateway/metrics"}},
      {"civetweb.h", {"gateway/metrics"}},
      {"grpc/", {"gateway/rpc", "gateway/daemon", "gateway/cli", "tests"}},
      {"grpcpp/", {"gateway/rpc", "gateway/daemon", "gateway/cli", "tests"}},
      {"simdjson", {}},
  };
  return *owned;
}

int LevelOf(absl::string_view package) {
  for (const Layer& layer : kLayers) {
    if (layer.package == package) return layer.level;
  }
  return -1;
}

// Result: why this include is wrong; empty when it is allowed.
std::string Objection(const std::string& path, const std::string& from, const std::string& target) {
  for (const Owned& library : OwnedLibraries()) {
    if (!absl::StartsWith(target, library.include_prefix)) continue;
    if (std::find(library.owners.begin(), library.owners.end(), from) != library.owners.end()) {
      return "";
    }
    return absl::StrCat("named only in: ", absl::StrJoin(library.owners, ", "));
  }
  if (from == "tests") return "";
  if (absl::EndsWith(target, ".grpc.pb.h") && from != "gateway/rpc" && from != "gateway/daemon" &&
      from != "gateway/cli") {
    return "service stubs are named only in gateway/rpc, gateway/daemon and gateway/cli";
  }
  const std::string to = PackageOf(target);
  if (to.empty()) return "";
  if (to == "tests") return IsTestCode(path) ? "" : "production code includes test code";
  if (IsTestCode(target) && !IsTestCode(path)) return "production code includes test code";
  if (LevelOf(to) < 0) return absl::StrCat(to, " is not in the level table");
  if (to == from) return "";
  for (const Narrowing& rule : kNarrowings) {
    // A rule may be for one room of a package.
    const bool inside =
        rule.package == from || absl::StartsWith(path, absl::StrCat(rule.package, "/"));
    if (inside && absl::StartsWith(target, rule.include_prefix)) {
      return std::string(rule.why);
    }
  }
  if (LevelOf(to) < LevelOf(from)) return "";
  return absl::StrFormat("%s (L%d) may not use %s (L%d)", from, LevelOf(from), to, LevelOf(to));
}

}  // namespace

std::string PackageOf(absl::string_view path) {
  const std::vector<std::string> parts = absl::StrSplit(path, '/');
  if (parts.size() < 2) return "";
  if (parts[0] == "mrg" || parts[0] == "proto") return "proto";
  if (parts[0] == "gateway") return parts.size() < 3 ? "gateway" : parts[0] + "/" + parts[1];
  if (parts[0] == "trustlist" || parts[0] == "dispute" || parts[0] == "tests") return parts[0];
  return "";
}

std::vector<std::string> WrongEdges(const std::vector<SourceFile>& files) {
  std::vector<std::string> wrong;
  for (const SourceFile& file : files) {
    if (!IsCpp(file.path)) continue;
    const std::string from = PackageOf(file.path);
    if (from.empty()) continue;
    if (from != "tests" && LevelOf(from) < 0) {
      wrong.push_back(absl::StrCat(file.path, ": ", from, " is not in the level table"));
      continue;
    }
    for (const Include& include : IncludesOf(file)) {
      const std::string objection = Objection(file.path, from, include.target);
      if (!objection.empty()) {
        wrong.push_back(absl::StrCat(file.path, ":", include.line, ": includes ", include.target,
                                     ": ", objection));
      }
    }
  }
  return wrong;
}

}  // namespace mrg
