#include "tests/architecture/file_rules.h"

#include <algorithm>
#include <map>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "tests/architecture/layers.h"

namespace mrg {
namespace {

constexpr int kFileLinesMax = 500;

bool IsVendored(absl::string_view path) {
  return absl::StartsWith(path, "proto/google/") || absl::StartsWith(path, "proto/grpc/");
}

bool IsSource(absl::string_view path) {
  if (IsVendored(path)) return false;
  // BUILD files are lists, as long as their package has files.
  for (const char* suffix : {".cc", ".h", ".inc", ".proto", ".py", ".sh", ".bzl", ".ts"}) {
    if (absl::EndsWith(path, suffix)) return true;
  }
  const absl::string_view name = path.substr(path.rfind('/') + 1);  // scripts have no suffix
  return !absl::StrContains(name, '.') && name != "LICENSE";
}

bool IsText(absl::string_view content) {
  return content.substr(0, 8000).find('\0') == absl::string_view::npos;
}

std::string GuardOf(absl::string_view path) {
  return absl::StrCat(
      "MRG_",
      absl::AsciiStrToUpper(absl::StrReplaceAll(path, {{"/", "_"}, {".", "_"}, {"-", "_"}})), "_");
}

// Result: the folder of a path, without the slash at its end; empty at the top.
std::string FolderOf(absl::string_view path) {
  const size_t slash = path.rfind('/');
  return slash == absl::string_view::npos ? "" : std::string(path.substr(0, slash));
}

}  // namespace

std::vector<std::string> LongFiles(const std::vector<SourceFile>& files) {
  std::vector<std::string> found;
  for (const SourceFile& file : files) {
    if (!IsSource(file.path) || !IsText(file.content)) continue;
    const auto lines = std::count(file.content.begin(), file.content.end(), '\n');
    if (lines > kFileLinesMax) found.push_back(absl::StrCat(file.path, ": ", lines, " lines"));
  }
  return found;
}

std::vector<std::string> GrabBagNames(const std::vector<SourceFile>& files) {
  static const std::set<std::string>* words = new std::set<std::string>{
      "util", "utils", "helper", "helpers", "manager", "managers", "misc", "common"};
  std::vector<std::string> found;
  for (const SourceFile& file : files) {
    if (IsVendored(file.path)) continue;
    const std::string lower = absl::AsciiStrToLower(file.path);
    for (absl::string_view part : absl::StrSplit(lower, absl::ByAnyChar("/_.-"))) {
      if (words->count(std::string(part)) > 0)
        found.push_back(absl::StrCat(file.path, ": \"", part, "\""));
    }
  }
  return found;
}

std::vector<std::string> MisshapenHeaders(const std::vector<SourceFile>& files) {
  std::vector<std::string> found;
  for (const SourceFile& file : files) {
    if (!absl::EndsWith(file.path, ".h") || PackageOf(file.path).empty()) continue;
    const std::string guard = GuardOf(file.path);
    const std::string head = absl::StrCat("#ifndef ", guard, "\n#define ", guard, "\n\n");
    if (!absl::StartsWith(file.content, head)) {
      found.push_back(absl::StrCat(file.path, ": does not begin with the guard ", guard));
    } else if (!absl::StartsWith(absl::string_view(file.content).substr(head.size()), "// ")) {
      found.push_back(absl::StrCat(file.path, ": no purpose paragraph after the guard"));
    }
  }
  return found;
}

std::vector<std::string> StrayTopLevelEntries(const std::vector<std::string>& entries) {
  static const std::set<std::string>* allowed = new std::set<std::string>{
      "WORKSPACE", "BUILD.bazel", "README.md", "CONTRIBUTING.md", "CHANGELOG.md", "LICENSE",
      "proto",     "gateway",     "trustlist", "dispute",         "tests",        "deploy"};
  std::vector<std::string> stray;
  for (const std::string& entry : entries) {
    if (entry[0] != '.' && allowed->count(entry) == 0) stray.push_back(entry);
  }
  return stray;
}

std::vector<std::string> UnwantedWords(const std::vector<SourceFile>& files) {
  // Written in halves, so that this file does not find itself.
  static const auto* words = new std::vector<std::string>{
      absl::StrCat("TO", "DO"),      absl::StrCat("FIX", "ME"),  absl::StrCat("DISABLED", "_"),
      absl::StrCat("/tmp", "/mrg/"), absl::StrCat("/wo", "rk/"), absl::StrCat("/ho", "me/"),
      absl::StrCat("<<<<<", "<<")};
  std::vector<std::string> found;
  for (const SourceFile& file : files) {
    if (IsVendored(file.path) || !IsText(file.content)) continue;
    int line_number = 0;
    for (absl::string_view line : absl::StrSplit(file.content, '\n')) {
      ++line_number;
      for (const std::string& word : *words) {
        if (absl::StrContains(line, word)) {
          found.push_back(absl::StrCat(file.path, ":", line_number, ": ", word));
        }
      }
    }
  }
  return found;
}

std::vector<std::string> FilesOutsideTheBuild(const std::vector<SourceFile>& files) {
  std::map<std::string, const std::string*> builds;  // folder -> its BUILD.bazel
  for (const SourceFile& file : files) {
    if (file.path == "BUILD.bazel" || absl::EndsWith(file.path, "/BUILD.bazel")) {
      builds[FolderOf(file.path)] = &file.content;
    }
  }
  std::vector<std::string> found;
  for (const SourceFile& file : files) {
    if (!IsCpp(file.path) || PackageOf(file.path).empty()) continue;
    std::string folder = FolderOf(file.path);
    while (!folder.empty() && builds.count(folder) == 0) folder = FolderOf(folder);
    if (folder.empty()) {
      found.push_back(absl::StrCat(file.path, ": no BUILD.bazel above it"));
      continue;
    }
    const std::string name = file.path.substr(folder.size() + 1);
    absl::string_view stem = absl::string_view(name).substr(0, name.rfind('.'));
    absl::ConsumeSuffix(&stem, "_test");
    const std::string& build = *builds[folder];
    // A list comprehension names the stem only.
    if (!absl::StrContains(build, absl::StrCat("\"", name, "\"")) &&
        !absl::StrContains(build, absl::StrCat("\"", stem, "\""))) {
      found.push_back(absl::StrCat(file.path, ": not in ", folder, "/BUILD.bazel"));
    }
  }
  return found;
}

}  // namespace mrg
