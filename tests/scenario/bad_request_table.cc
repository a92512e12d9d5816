#include "tests/scenario/bad_request_table.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "gateway/base/reason.h"
#include "google/protobuf/descriptor.h"
#include "gtest/gtest.h"
#include "tests/federation/wire_call.h"

namespace mrg {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

// A continuation byte without a beginning, an overlong form, a surrogate: six bytes.
constexpr char kBrokenUtf8[] = "\x80\xC0\xED\xA0\x80\xFF";
static_assert(sizeof(kBrokenUtf8) == sizeof(kNotUtf8));

// Sends the message and checks that it is refused as said.
void Expect(const std::shared_ptr<grpc::Channel>& channel, const std::string& method,
            const Message& message, const std::string& field, const std::string& reason) {
  std::string bytes = message.SerializeAsString();
  absl::StrReplaceAll({{kNotUtf8, kBrokenUtf8}}, &bytes);
  const WireError error = ErrorOf(CallRaw(channel, method, bytes));
  const auto known = ReasonFromToken(reason);
  ASSERT_TRUE(known.has_value()) << reason;
  ASSERT_EQ(absl::StrCat(error.reason, " ", error.field), absl::StrCat(reason, " ", field))
      << error.english;
  EXPECT_EQ(static_cast<int>(error.code), static_cast<int>(InfoOf(*known).code));
  EXPECT_EQ(error.chinese, std::string(InfoOf(*known).chinese));
  EXPECT_TRUE(absl::StartsWith(error.english, absl::StrCat(reason, ": "))) << error.english;
  EXPECT_TRUE(std::all_of(error.english.begin(), error.english.end(), [](char c) {
    return c >= 0x20 && c < 0x7F;
  })) << error.english;
  EXPECT_EQ(error.details, field.empty() ? 2 : 3);
}

void SetValue(Message* message, const FieldDescriptor* field, const std::string& value) {
  const Reflection* reflection = message->GetReflection();
  int64_t number = 0;
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      if (field->is_repeated()) {
        reflection->AddString(message, field, value);
      } else {
        reflection->SetString(message, field, value);
      }
      return;
    case FieldDescriptor::CPPTYPE_ENUM:
      ASSERT_TRUE(absl::SimpleAtoi(value, &number)) << value;
      reflection->SetEnumValue(message, field, static_cast<int>(number));
      return;
    case FieldDescriptor::CPPTYPE_INT32:
      ASSERT_TRUE(absl::SimpleAtoi(value, &number)) << value;
      reflection->SetInt32(message, field, static_cast<int32_t>(number));
      return;
    case FieldDescriptor::CPPTYPE_INT64:
      ASSERT_TRUE(absl::SimpleAtoi(value, &number)) << value;
      reflection->SetInt64(message, field, number);
      return;
    default:
      FAIL() << field->full_name();
  }
}

void AddValueFields(const Descriptor& type, const std::string& prefix,
                    std::vector<std::string>* paths) {
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor& field = *type.field(i);
    const std::string path = absl::StrCat(prefix, field.name());
    if (field.message_type() == nullptr) {
      paths->push_back(path);
    } else {
      AddValueFields(*field.message_type(), path + ".", paths);
    }
  }
}

}  // namespace

void SetField(Message* message, const std::string& path, const std::string& value) {
  const std::vector<std::string> names = absl::StrSplit(path, '.');
  for (size_t i = 0; i < names.size(); ++i) {
    const std::string name(absl::StripSuffix(names[i], "[0]"));
    const FieldDescriptor* field = message->GetDescriptor()->FindFieldByName(name);
    ASSERT_NE(field, nullptr) << path;
    if (i + 1 == names.size()) return SetValue(message, field, value);
    const Reflection* reflection = message->GetReflection();
    if (!field->is_repeated()) {
      message = reflection->MutableMessage(message, field);
    } else if (reflection->FieldSize(*message, field) > 0) {
      message = reflection->MutableRepeatedMessage(message, field, 0);
    } else {
      message = reflection->AddMessage(message, field);
    }
  }
}

void ExpectEachRefused(const std::shared_ptr<grpc::Channel>& channel, const std::string& method,
                       const Message& valid, const std::vector<BadField>& rows) {
  for (const BadField& row : rows) {
    SCOPED_TRACE(absl::StrCat(method, " ", row.field, " of ", row.value.size(),
                              " bytes: ", row.value.substr(0, 40)));
    const std::unique_ptr<Message> message(valid.New());
    message->CopyFrom(valid);
    SetField(message.get(), row.field, row.value);
    // Protobuf does not say which element of a list is no UTF-8.
    const std::string field =
        row.value == kNotUtf8 ? absl::StrReplaceAll(row.field, {{"[0]", ""}}) : row.field;
    Expect(channel, method, *message, field, row.reason);
  }
}

void ExpectRefused(const std::shared_ptr<grpc::Channel>& channel, const std::string& method,
                   const Message& message, const std::string& field, const std::string& reason) {
  SCOPED_TRACE(absl::StrCat(method, " ", field, " ", reason));
  Expect(channel, method, message, field, reason);
}

std::vector<std::string> ValueFields(const Descriptor& type) {
  std::vector<std::string> paths;
  AddValueFields(type, "", &paths);
  return paths;
}

}  // namespace mrg
