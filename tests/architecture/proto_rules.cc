#include "tests/architecture/proto_rules.h"

#include <cctype>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/descriptor.pb.h"

namespace mrg {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::FileDescriptor;
using google::protobuf::MethodDescriptor;
using google::protobuf::ServiceDescriptor;
using google::protobuf::SourceLocation;

// Not every descriptor kind knows its file, hence the parameter.
template <typename Item>
void RequireComment(const FileDescriptor& file, const Item& item, std::vector<std::string>* found) {
  SourceLocation location;
  const bool located = item.GetSourceLocation(&location);
  if (located && !(location.leading_comments.empty() && location.trailing_comments.empty())) return;
  found->push_back(absl::StrCat(file.name(), ":", located ? location.start_line + 1 : 0, ": ",
                                item.full_name(), " has no comment"));
}

void CommentsOf(const EnumDescriptor& type, std::vector<std::string>* found) {
  RequireComment(*type.file(), type, found);
  for (int i = 0; i < type.value_count(); ++i) {
    RequireComment(*type.file(), *type.value(i), found);
  }
}

void CommentsOf(const Descriptor& message, std::vector<std::string>* found) {
  if (message.options().map_entry()) return;
  RequireComment(*message.file(), message, found);
  for (int i = 0; i < message.field_count(); ++i) {
    RequireComment(*message.file(), *message.field(i), found);
  }
  for (int i = 0; i < message.real_oneof_decl_count(); ++i) {
    RequireComment(*message.file(), *message.oneof_decl(i), found);
  }
  for (int i = 0; i < message.enum_type_count(); ++i) CommentsOf(*message.enum_type(i), found);
  for (int i = 0; i < message.nested_type_count(); ++i) CommentsOf(*message.nested_type(i), found);
}

// "LicenceStatus" -> "LICENCE_STATUS_", "Sm2Key" -> "SM2_KEY_".
std::string EnumPrefix(const std::string& name) {
  std::string prefix;
  for (size_t i = 0; i < name.size(); ++i) {
    const bool upper = std::isupper(static_cast<unsigned char>(name[i])) != 0;
    const bool starts_word =
        i > 0 && upper &&
        (std::isupper(static_cast<unsigned char>(name[i - 1])) == 0 ||
         (i + 1 < name.size() && std::islower(static_cast<unsigned char>(name[i + 1])) != 0));
    if (starts_word) prefix += '_';
    prefix += static_cast<char>(std::toupper(static_cast<unsigned char>(name[i])));
  }
  return prefix + "_";
}

bool IsUpperCamel(const std::string& name) {
  return std::isupper(static_cast<unsigned char>(name[0])) != 0 && !absl::StrContains(name, "_");
}

bool IsLowerSnake(const std::string& name) {
  for (size_t i = 0; i < name.size(); ++i) {
    const char c = name[i];
    if (!absl::ascii_islower(c) && !absl::ascii_isdigit(c) && c != '_') return false;
    if (c == '_' && (i == 0 || i + 1 == name.size() || name[i + 1] == '_')) return false;
  }
  return true;
}

class Naming {
 public:
  explicit Naming(const FileDescriptor& file) : file_(file) {}

  std::vector<std::string> Check() {
    const std::string folder = absl::StrReplaceAll(file_.package(), {{".", "/"}});
    Require(absl::StartsWith(file_.name(), folder + "/") &&
                !absl::StrContains(file_.name().substr(folder.size() + 1), "/"),
            file_.package(), "package and folder differ");
    const std::string version = file_.package().substr(file_.package().rfind('.') + 1);
    Require(version.size() >= 2 && version[0] == 'v' && absl::ascii_isdigit(version[1]),
            file_.package(), "package does not end in a version");
    for (int i = 0; i < file_.message_type_count(); ++i) Message(*file_.message_type(i));
    for (int i = 0; i < file_.enum_type_count(); ++i) Enum(*file_.enum_type(i));
    for (int i = 0; i < file_.service_count(); ++i) Service(*file_.service(i));
    return found_;
  }

 private:
  void Require(bool condition, const std::string& item, const std::string& complaint) {
    if (!condition) found_.push_back(absl::StrCat(file_.name(), ": ", item, ": ", complaint));
  }

  void Message(const Descriptor& message) {
    if (message.options().map_entry()) return;
    Require(IsUpperCamel(message.name()), message.full_name(), "message name is not UpperCamel");
    for (int i = 0; i < message.field_count(); ++i) {
      Require(IsLowerSnake(message.field(i)->name()), message.field(i)->full_name(),
              "field name is not lower_snake");
    }
    for (int i = 0; i < message.enum_type_count(); ++i) Enum(*message.enum_type(i));
    for (int i = 0; i < message.nested_type_count(); ++i) Message(*message.nested_type(i));
  }

  void Enum(const EnumDescriptor& type) {
    Require(IsUpperCamel(type.name()), type.full_name(), "enum name is not UpperCamel");
    const std::string prefix = EnumPrefix(type.name());
    for (int i = 0; i < type.value_count(); ++i) {
      Require(absl::StartsWith(type.value(i)->name(), prefix), type.value(i)->full_name(),
              "enum value does not begin with " + prefix);
    }
    Require(type.value(0)->number() == 0 && type.value(0)->name() == prefix + "UNSPECIFIED",
            type.full_name(), "zero value is not " + prefix + "UNSPECIFIED");
  }

  void Service(const ServiceDescriptor& service) {
    Require(absl::EndsWith(service.name(), "Service"), service.full_name(),
            "service name does not end in Service");
    for (int i = 0; i < service.method_count(); ++i) {
      const MethodDescriptor& method = *service.method(i);
      const std::string& input = method.input_type()->name();
      const std::string& output = method.output_type()->name();
      Require(
          input == method.name() + "Request" || input == service.name() + method.name() + "Request",
          method.full_name(), "request is " + input);
      Require(output == method.name() + "Response" ||
                  output == service.name() + method.name() + "Response",
              method.full_name(), "response is " + output);
    }
  }

  const FileDescriptor& file_;
  std::vector<std::string> found_;
};

}  // namespace

std::vector<std::string> UncommentedItems(const FileDescriptor& file) {
  std::vector<std::string> found;
  for (int i = 0; i < file.message_type_count(); ++i) CommentsOf(*file.message_type(i), &found);
  for (int i = 0; i < file.enum_type_count(); ++i) CommentsOf(*file.enum_type(i), &found);
  for (int i = 0; i < file.service_count(); ++i) {
    RequireComment(file, *file.service(i), &found);
    for (int j = 0; j < file.service(i)->method_count(); ++j) {
      RequireComment(file, *file.service(i)->method(j), &found);
    }
  }
  return found;
}

std::vector<std::string> MisnamedItems(const FileDescriptor& file) { return Naming(file).Check(); }

}  // namespace mrg
