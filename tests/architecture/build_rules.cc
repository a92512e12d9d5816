#include "tests/architecture/build_rules.h"

#include <iterator>
#include <map>
#include <optional>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace mrg {
namespace {

constexpr absl::string_view kBuildFile = "/BUILD.bazel";

// One call of a rule in a BUILD file, between its brackets.
struct Target {
  std::string name;
  bool has_visibility = false;
  bool is_private = false;
};

// Result: the package of a BUILD file of the product; nullopt for other files.
std::optional<std::string> PackageOf(const SourceFile& file) {
  absl::string_view path = file.path;
  if (!absl::ConsumeSuffix(&path, kBuildFile)) return std::nullopt;
  const absl::string_view top = path.substr(0, path.find('/'));
  if (top != "gateway" && top != "trustlist" && top != "dispute") return std::nullopt;
  return std::string(path);
}

// Result: the text between the quotes after `attribute = "`; empty when there is none.
std::string TextOf(absl::string_view block, absl::string_view attribute) {
  const std::string begin = absl::StrCat("    ", attribute, " = \"");
  const size_t at = block.find(begin);
  if (at == absl::string_view::npos) return std::string();
  const absl::string_view rest = block.substr(at + begin.size());
  return std::string(rest.substr(0, rest.find('"')));
}

// Result: the calls at the left margin that have a name, in order.
std::vector<Target> TargetsOf(absl::string_view content) {
  std::vector<Target> targets;
  for (absl::string_view block : absl::StrSplit(content, "\n)\n")) {
    Target target;
    target.name = TextOf(block, "name");
    if (target.name.empty()) continue;
    target.has_visibility = absl::StrContains(block, "    visibility = ");
    target.is_private = absl::StrContains(block, "    visibility = [\"//visibility:private\"]");
    targets.push_back(std::move(target));
  }
  return targets;
}

bool IsOpenByDefault(absl::string_view content) {
  // Without the word Bazel's own default holds, which is private.
  return absl::StrContains(content, "default_visibility") &&
         !absl::StrContains(content, "default_visibility = [\"//visibility:private\"]");
}

// Result: every label between quotes that names a target of another package, as "//package:name".
std::set<std::string> LabelsIn(absl::string_view content) {
  std::set<std::string> labels;
  size_t at = 0;
  while ((at = content.find("\"//", at)) != absl::string_view::npos) {
    const size_t end = content.find('"', at + 1);
    if (end == absl::string_view::npos) break;
    const absl::string_view label = content.substr(at + 1, end - at - 1);
    at = end;
    if (absl::StrContains(label, ':')) {
      labels.emplace(label);
    } else {
      labels.insert(absl::StrCat(label, ":", label.substr(label.rfind('/') + 1)));
    }
  }
  return labels;
}

}  // namespace

std::vector<std::string> PackagesOpenByDefault(const std::vector<SourceFile>& files) {
  std::vector<std::string> findings;
  for (const SourceFile& file : files) {
    const auto package = PackageOf(file);
    if (!package.has_value() || !IsOpenByDefault(file.content)) continue;
    if (TargetsOf(file.content).empty()) continue;
    findings.push_back(
        absl::StrCat(file.path,
                     ": expected default_visibility = [\"//visibility:private\"], and that what is "
                     "for others names its users"));
  }
  return findings;
}

std::vector<std::string> OpenTargetsWithoutUser(const std::vector<SourceFile>& files) {
  std::map<std::string, std::set<std::string>> users;  // label -> BUILD files that name it
  for (const SourceFile& file : files) {
    if (!absl::EndsWith(file.path, kBuildFile)) continue;
    for (const std::string& label : LabelsIn(file.content)) users[label].insert(file.path);
  }
  std::vector<std::string> findings;
  for (const SourceFile& file : files) {
    const auto package = PackageOf(file);
    if (!package.has_value()) continue;
    for (const Target& target : TargetsOf(file.content)) {
      if (!target.has_visibility || target.is_private) continue;
      const std::string label = absl::StrCat("//", *package, ":", target.name);
      std::set<std::string> of_target = users[label];
      of_target.erase(file.path);
      if (of_target.empty()) {
        findings.push_back(absl::StrCat(label, " is open to other packages, and none uses it"));
      }
    }
  }
  return findings;
}

std::vector<std::string> HeadersWithoutUser(const std::vector<SourceFile>& files) {
  std::map<std::string, std::set<std::string>> users;  // header -> production files
  for (const SourceFile& file : files) {
    if (!IsCpp(file.path) || IsTestCode(file.path)) continue;
    for (const Include& include : IncludesOf(file)) users[include.target].insert(file.path);
  }
  std::vector<std::string> findings;
  for (const SourceFile& file : files) {
    if (!absl::EndsWith(file.path, ".h") || IsTestCode(file.path)) continue;
    // Headers of the build itself are given to the compiler by it.
    if (absl::StartsWith(file.path, "deploy/")) continue;
    std::set<std::string> of_header = users[file.path];
    of_header.erase(absl::StrCat(absl::StripSuffix(file.path, ".h"), ".cc"));
    if (of_header.empty()) {
      findings.push_back(absl::StrCat(file.path, " has no user outside its own tests"));
    }
  }
  return findings;
}

}  // namespace mrg
