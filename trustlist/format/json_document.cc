#include "trustlist/format/json_document.h"

#include <algorithm>
#include <limits>
#include <map>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"

namespace mrg {
namespace {

constexpr int64_t kIntegerMax = (int64_t{1} << 53) - 1;

absl::Status Malformed(absl::string_view detail) {
  return MakeError(Reason::kMetadataMalformed, detail);
}

// The parser gives up at a number that its floating type cannot hold, before it shows the digits;
// this one holds integers of kJsonIntegerDigitsMax.
using WideJson =
    nlohmann::basic_json<std::map, std::vector, std::string, bool, int64_t, uint64_t, long double>;
static_assert(std::numeric_limits<long double>::max_exponent10 > kJsonIntegerDigitsMax);

// Builds the document from the parser's events and stops it at the first thing we refuse.
class StrictBuilder : public nlohmann::json_sax<WideJson> {
 public:
  bool null() override { return Add(nullptr); }
  bool boolean(bool value) override { return Add(value); }
  bool number_integer(number_integer_t value) override {
    return value < -kIntegerMax ? AddDigits(absl::StrCat(value)) : Add(value);
  }
  bool number_unsigned(number_unsigned_t value) override {
    if (value > static_cast<uint64_t>(kIntegerMax)) return AddDigits(absl::StrCat(value));
    return Add(static_cast<int64_t>(value));
  }
  // Also an integer of more than 64 bits.
  bool number_float(number_float_t, const string_t& text) override {
    const absl::string_view digits = absl::StripPrefix(text, "-");
    if (!std::all_of(digits.begin(), digits.end(),
                     [](unsigned char c) { return absl::ascii_isdigit(c); })) {
      return Refuse("expected integers only");
    }
    if (digits.size() > kJsonIntegerDigitsMax) {
      return Refuse(
          absl::StrCat("expected integers of at most ", kJsonIntegerDigitsMax, " digits"));
    }
    return AddDigits(text);
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

  bool AddDigits(const std::string& digits) {
    return Add(Json::binary(Json::binary_t::container_type(digits.begin(), digits.end())));
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
  // The parser takes a NUL for the end, whatever follows; RFC 8259 2 allows none anywhere.
  if (absl::StrContains(bytes, '\0')) return Malformed("expected no NUL");
  StrictBuilder builder;
  if (!WideJson::sax_parse(bytes.data(), bytes.data() + bytes.size(), &builder)) {
    return Malformed(builder.refusal());
  }
  return builder.TakeDocument();
}

std::string IntegerDigits(const Json& value) {
  const Json::binary_t& digits = value.get_binary();
  return std::string(digits.begin(), digits.end());
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
