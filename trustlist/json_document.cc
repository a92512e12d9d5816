#include "trustlist/json_document.h"

#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"

namespace mrg {
namespace {

constexpr int64_t kIntegerMax = (int64_t{1} << 53) - 1;

absl::Status Malformed(absl::string_view detail) {
  return MakeError(Reason::kMetadataMalformed, detail);
}

// Builds the document from the parser's events and stops it at the first thing we refuse.
class StrictBuilder : public nlohmann::json_sax<Json> {
 public:
  bool null() override { return Add(nullptr); }
  bool boolean(bool value) override { return Add(value); }
  bool number_integer(number_integer_t value) override {
    if (value < -kIntegerMax) return Refuse("expected integers of at most 53 bits");
    return Add(value);
  }
  bool number_unsigned(number_unsigned_t value) override {
    if (value > static_cast<uint64_t>(kIntegerMax)) {
      return Refuse("expected integers of at most 53 bits");
    }
    return Add(static_cast<int64_t>(value));
  }
  bool number_float(number_float_t, const string_t&) override {
    return Refuse("expected integers only");
  }
  bool string(string_t& value) override { return Add(std::move(value)); }
  bool binary(binary_t&) override { return Refuse("expected no binary values"); }
  bool start_object(std::size_t) override { return Open(Json::object()); }
  bool key(string_t& value) override {
    if (open_.back()->find(value) != open_.back()->end()) {
      return Refuse("expected each member name once");
    }
    key_ = std::move(value);
    return true;
  }
  bool end_object() override { return Close(); }
  bool start_array(std::size_t) override { return Open(Json::array()); }
  bool end_array() override { return Close(); }
  bool parse_error(std::size_t position, const std::string&,
                   const nlohmann::detail::exception&) override {
    return Refuse(absl::StrCat("expected JSON; byte ", position, " does not fit"));
  }

  Json TakeDocument() { return std::move(root_); }
  const std::string& refusal() const { return refusal_; }

 private:
  bool Refuse(absl::string_view why) {
    if (refusal_.empty()) refusal_ = std::string(why);
    return false;
  }

  Json* Place(Json value) {
    if (open_.empty()) {
      root_ = std::move(value);
      return &root_;
    }
    if (open_.back()->is_array()) {
      open_.back()->push_back(std::move(value));
      return &open_.back()->back();
    }
    Json& member = (*open_.back())[key_];
    member = std::move(value);
    return &member;
  }

  bool Add(Json value) {
    Place(std::move(value));
    return true;
  }

  bool Open(Json container) {
    if (open_.size() == kJsonDepthMax) return Refuse("expected at most 32 levels");
    open_.push_back(Place(std::move(container)));
    return true;
  }

  bool Close() {
    open_.pop_back();
    return true;
  }

  Json root_;
  // Containers that are still open. A pointer stays good: its parent takes no further element
  // before it is closed.
  std::vector<Json*> open_;
  std::string key_;
  std::string refusal_;
};

absl::StatusOr<const Json*> Member(const Json& object, const std::string& name) {
  if (!object.is_object()) return Malformed(absl::StrCat("expected an object around ", name));
  const Json* member = FindMember(object, name);
  if (member == nullptr) return Malformed(absl::StrCat("expected the member ", name));
  return member;
}

}  // namespace

absl::StatusOr<Json> ParseJsonDocument(absl::string_view bytes) {
  // The parser would skip a byte-order mark silently.
  if (absl::StartsWith(bytes, "\xEF\xBB\xBF")) return Malformed("expected no byte-order mark");
  StrictBuilder builder;
  if (!Json::sax_parse(bytes.data(), bytes.data() + bytes.size(), &builder)) {
    return Malformed(builder.refusal());
  }
  return builder.TakeDocument();
}

const Json* FindMember(const Json& object, const std::string& name) {
  auto found = object.find(name);
  return found == object.end() ? nullptr : &*found;
}

absl::StatusOr<std::string> StringMember(const Json& object, const std::string& name) {
  MRG_ASSIGN_OR_RETURN(const Json* member, Member(object, name));
  if (!member->is_string()) return Malformed(absl::StrCat("expected text in ", name));
  return member->get<std::string>();
}

absl::StatusOr<int64_t> IntegerMember(const Json& object, const std::string& name) {
  MRG_ASSIGN_OR_RETURN(const Json* member, Member(object, name));
  if (!member->is_number_integer()) return Malformed(absl::StrCat("expected a number in ", name));
  return member->get<int64_t>();
}

absl::StatusOr<bool> BoolMember(const Json& object, const std::string& name) {
  MRG_ASSIGN_OR_RETURN(const Json* member, Member(object, name));
  if (!member->is_boolean()) return Malformed(absl::StrCat("expected true or false in ", name));
  return member->get<bool>();
}

absl::StatusOr<const Json*> ObjectMember(const Json& object, const std::string& name) {
  MRG_ASSIGN_OR_RETURN(const Json* member, Member(object, name));
  if (!member->is_object()) return Malformed(absl::StrCat("expected an object in ", name));
  return member;
}

absl::StatusOr<const Json*> ArrayMember(const Json& object, const std::string& name) {
  MRG_ASSIGN_OR_RETURN(const Json* member, Member(object, name));
  if (!member->is_array()) return Malformed(absl::StrCat("expected a list in ", name));
  return member;
}

}  // namespace mrg
