#include "tests/architecture/source_tree.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "absl/strings/match.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

namespace mrg {
namespace {

namespace fs = std::filesystem;

bool IsBuildOutput(absl::string_view name) {
  return name == ".git" || name == "node_modules" || name == "__pycache__" ||
         absl::StartsWith(name, "bazel-");
}

std::string ReadAll(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(in), {});
}

void Walk(const fs::path& root, const fs::path& folder, std::vector<SourceFile>* files) {
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
    if (entry.is_symlink() || IsBuildOutput(entry.path().filename().string())) continue;
    const std::string path = fs::relative(entry.path(), root).string();
    if (entry.is_directory()) {
      if (path != "deploy/data") Walk(root, entry.path(), files);
    } else if (entry.is_regular_file()) {
      files->push_back({path, ReadAll(entry.path())});
    }
  }
}

// Blanks code[begin, end) but for line ends.
void Blank(size_t begin, size_t end, std::string* code) {
  for (size_t i = begin; i < end && i < code->size(); ++i) {
    if ((*code)[i] != '\n') (*code)[i] = ' ';
  }
}

// Result: the index after the literal that opens at `i` with a quote character.
size_t EndOfQuoted(const std::string& code, size_t i) {
  const char quote = code[i++];
  while (i < code.size() && code[i] != quote && code[i] != '\n') i += code[i] == '\\' ? 2 : 1;
  return std::min(i + 1, code.size());
}

bool IsWordCharacter(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

}  // namespace

std::string WorkspaceRoot() {
  static const std::string* root = [] {
    // The runfiles hold a link to this package's BUILD file; the source tree is where it leads.
    const fs::path build = fs::canonical("tests/architecture/BUILD.bazel");
    const fs::path found = build.parent_path().parent_path().parent_path();
    if (!fs::exists(found / "WORKSPACE")) {
      std::fprintf(stderr, "no WORKSPACE in %s\n", found.c_str());
      std::abort();
    }
    return new std::string(found.string());
  }();
  return *root;
}

const std::vector<SourceFile>& WorkspaceFiles() {
  static const std::vector<SourceFile>* files = [] {
    auto* loaded = new std::vector<SourceFile>;
    Walk(WorkspaceRoot(), WorkspaceRoot(), loaded);
    std::sort(loaded->begin(), loaded->end(),
              [](const SourceFile& a, const SourceFile& b) { return a.path < b.path; });
    return loaded;
  }();
  return *files;
}

std::vector<std::string> TopLevelEntries() {
  std::vector<std::string> names;
  for (const fs::directory_entry& entry : fs::directory_iterator(WorkspaceRoot())) {
    const std::string name = entry.path().filename().string();
    if (!IsBuildOutput(name)) names.push_back(name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::string ReadWorkspaceFile(absl::string_view path) {
  return ReadAll(fs::path(WorkspaceRoot()) / std::string(path));
}

std::string CodeOnly(absl::string_view code, bool keep_strings) {
  std::string out(code);
  size_t i = 0;
  while (i < out.size()) {
    const absl::string_view rest = absl::string_view(out).substr(i);
    if (absl::StartsWith(rest, "//")) {
      const size_t end = std::min(out.find('\n', i), out.size());
      Blank(i, end, &out);
      i = end;
    } else if (absl::StartsWith(rest, "/*")) {
      const size_t close = out.find("*/", i + 2);
      const size_t end = close == std::string::npos ? out.size() : close + 2;
      Blank(i, end, &out);
      i = end;
    } else if (absl::StartsWith(rest, "R\"") && (i == 0 || !IsWordCharacter(out[i - 1]))) {
      const size_t open = out.find('(', i);
      const std::string close = ")" + out.substr(i + 2, open - i - 2) + "\"";
      const size_t found = out.find(close, i);
      const size_t end = found == std::string::npos ? out.size() : found + close.size();
      if (!keep_strings) Blank(open + 1, end - close.size(), &out);
      i = end;
    } else if (out[i] == '"' || (out[i] == '\'' && (i == 0 || !IsWordCharacter(out[i - 1])))) {
      // A quote after a word character separates digits (1'000'000).
      const size_t end = EndOfQuoted(out, i);
      if (!keep_strings) Blank(i + 1, end - 1, &out);
      i = end;
    } else {
      ++i;
    }
  }
  return out;
}

std::vector<Include> IncludesOf(const SourceFile& file) {
  std::vector<Include> includes;
  int line_number = 0;
  const std::string code = CodeOnly(file.content, /*keep_strings=*/true);
  for (absl::string_view line : absl::StrSplit(code, '\n')) {
    ++line_number;
    if (!absl::ConsumePrefix(&line, "#include ")) continue;
    const size_t begin = line.find_first_of("\"<");
    if (begin == absl::string_view::npos) continue;
    const size_t end = line.find_first_of("\">", begin + 1);
    if (end == absl::string_view::npos) continue;
    includes.push_back({line_number, std::string(line.substr(begin + 1, end - begin - 1))});
  }
  return includes;
}

bool IsCpp(absl::string_view path) {
  return absl::EndsWith(path, ".cc") || absl::EndsWith(path, ".h");
}

bool IsTestCode(absl::string_view path) {
  return absl::StartsWith(path, "tests/") || absl::StrContains(path, "/testing/") ||
         absl::EndsWith(path, "_test.cc") || absl::EndsWith(path, "_fuzz.cc");
}

std::string Lines(const std::vector<std::string>& findings) {
  return absl::StrJoin(findings, "\n");
}

}  // namespace mrg
