// Proves that every interface file parses, explains each item and keeps the naming rules.

#include "tests/architecture/proto_rules.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/descriptor.pb.h"
#include "gtest/gtest.h"
#include "tests/architecture/source_tree.h"

namespace mrg {
namespace {

namespace fs = std::filesystem;

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// A fresh folder under the test's own.
fs::path NewFolder() {
  std::string pattern = absl::StrCat(std::getenv("TEST_TMPDIR"), "/proto.XXXXXX");
  return mkdtemp(pattern.data());
}

// Applies `rule` to each of our files (path below proto/ -> text), as protoc reads them. A file
// that does not parse is a finding too.
template <typename Rule>
std::vector<std::string> Apply(const std::map<std::string, std::string>& files, Rule rule) {
  const fs::path folder = NewFolder();
  std::string names;
  for (const auto& [name, content] : files) {
    fs::create_directories((folder / name).parent_path());
    std::ofstream(folder / name) << content;
    if (absl::StartsWith(name, "mrg/")) absl::StrAppend(&names, " ", name);
  }
  const std::string command =
      absl::StrCat("cd ", folder.string(), " && protoc -I. -I/usr/include --include_imports ",
                   "--include_source_info -o set.pb", names, " >errors 2>&1");
  if (std::system(command.c_str()) != 0) {
    std::ifstream in(folder / "errors");
    return {std::string(std::istreambuf_iterator<char>(in), {})};
  }

  google::protobuf::FileDescriptorSet set;
  std::ifstream in(folder / "set.pb", std::ios::binary);
  EXPECT_TRUE(set.ParseFromIstream(&in));
  google::protobuf::DescriptorPool pool;
  std::vector<std::string> found;
  for (const google::protobuf::FileDescriptorProto& proto : set.file()) {
    const google::protobuf::FileDescriptor* file = pool.BuildFile(proto);
    if (file == nullptr || !absl::StartsWith(file->name(), "mrg/")) continue;
    for (std::string& line : rule(*file)) found.push_back(std::move(line));
  }
  return found;
}

std::map<std::string, std::string> OurProtos() {
  std::map<std::string, std::string> protos;
  for (const SourceFile& file : WorkspaceFiles()) {
    if (absl::StartsWith(file.path, "proto/") && absl::EndsWith(file.path, ".proto")) {
      protos[file.path.substr(6)] = file.content;
    }
  }
  return protos;
}

std::map<std::string, std::string> OneProto(const std::string& body) {
  return {{"mrg/sample/v1/sample.proto", "syntax = \"proto3\";\npackage mrg.sample.v1;\n" + body}};
}

TEST(ProtoRules, EveryItemOfOurInterfacesHasAComment) {
  const std::vector<std::string> found = Apply(OurProtos(), UncommentedItems);

  EXPECT_TRUE(found.empty()) << Lines(found);
}

TEST(ProtoRules, EveryNameOfOurInterfacesKeepsTheRules) {
  const std::vector<std::string> found = Apply(OurProtos(), MisnamedItems);

  EXPECT_TRUE(found.empty()) << Lines(found);
}

TEST(ProtoRules, ItemWithoutCommentIsNamedWithItsLine) {
  EXPECT_THAT(Apply(OneProto("// A.\nmessage A {\n  // B.\n  string b = 1;\n  string c = 2;\n}\n"),
                    UncommentedItems),
              ElementsAre("mrg/sample/v1/sample.proto:7: mrg.sample.v1.A.c has no comment"));
  EXPECT_THAT(Apply(OneProto("// E.\nenum E {\n  E_UNSPECIFIED = 0;  // None.\n  E_A = 1;\n}\n"),
                    UncommentedItems),
              ElementsAre(HasSubstr("E_A has no comment")));
  EXPECT_THAT(
      Apply(OneProto("// M.\nmessage M {}\n// S.\nservice S {\n  rpc R(M) returns (M);\n}\n"),
            UncommentedItems),
      ElementsAre(HasSubstr("S.R has no comment")));
}

TEST(ProtoRules, MisnamedItemsAreRefused) {
  EXPECT_THAT(Apply(OneProto("message a_b { string camelCase = 1; }"), MisnamedItems),
              ElementsAre(HasSubstr("not UpperCamel"), HasSubstr("not lower_snake")));
  EXPECT_THAT(Apply(OneProto("enum KeyUse { NONE = 0; KEY_USE_SIGN = 1; }"), MisnamedItems),
              ElementsAre(HasSubstr("NONE: enum value"), HasSubstr("zero value")));
  EXPECT_THAT(
      Apply(OneProto("message M {} service Store { rpc Get(M) returns (M); }"), MisnamedItems),
      ElementsAre(HasSubstr("end in Service"), HasSubstr("request is M"),
                  HasSubstr("response is M")));
  EXPECT_THAT(Apply({{"mrg/sample/sample.proto", "syntax = \"proto3\";\npackage mrg.other;\n"}},
                    MisnamedItems),
              ElementsAre(HasSubstr("folder differ"), HasSubstr("end in a version")));
}

TEST(ProtoRules, WellNamedCommentedFileHasNoFinding) {
  const auto files = OneProto(
      "// What a key is for.\nenum KeyUse {\n  KEY_USE_UNSPECIFIED = 0;  // Not set.\n}\n");

  EXPECT_THAT(Apply(files, UncommentedItems), IsEmpty());
  EXPECT_THAT(Apply(files, MisnamedItems), IsEmpty());
}

TEST(ProtoRules, FileThatDoesNotParseIsAFinding) {
  EXPECT_THAT(Apply(OneProto("message A { Missing b = 1; }"), UncommentedItems),
              Contains(HasSubstr("Missing")));
}

}  // namespace
}  // namespace mrg
