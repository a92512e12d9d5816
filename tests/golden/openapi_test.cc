// The description of the rest listener that ships is the one that the interface files give, and the
// page of its paths names the same ones.

#include <cstddef>
#include <fstream>
#include <sstream>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "tests/golden/golden_file.h"

namespace mrg {
namespace {

std::string FileOf(const std::string& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  EXPECT_FALSE(text.str().empty()) << path;
  return text.str();
}

TEST(OpenApi, TheFileIsThatOfTheInterfaceFiles) {
  ExpectGolden("gateway/docs/openapi.json", FileOf("gateway/web/openapi.json"));
}

TEST(OpenApi, ThePageHasARowForEachCallAndNoOther) {
  const auto document = nlohmann::json::parse(FileOf("gateway/web/openapi.json"));
  const std::string page = FileOf("gateway/docs/REST.md");
  size_t calls = 0;
  for (const auto& [path, methods] : document["paths"].items()) {
    for (const auto& [method, operation] : methods.items()) {
      const std::string call = operation["operationId"];
      const size_t line = call.find('_');
      const std::string row =
          absl::StrCat(".v1.", call.substr(0, line), "/", call.substr(line + 1), "` | `",
                       absl::AsciiStrToUpper(method), " ", path, "` |\n");
      EXPECT_NE(page.find(row), std::string::npos) << row;
      ++calls;
    }
  }
  size_t rows = 0;
  for (const char* method : {"` | `GET /", "` | `POST /"}) {
    for (size_t at = page.find(method); at != std::string::npos; at = page.find(method, at + 1)) {
      ++rows;
    }
  }
  EXPECT_EQ(rows, calls);
}

}  // namespace
}  // namespace mrg
