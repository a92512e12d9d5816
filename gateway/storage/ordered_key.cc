#include "gateway/storage/ordered_key.h"

#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"

namespace mrg {
namespace {

constexpr char kEscape = '\x00';
constexpr char kEscapedZero = '\xFF';
constexpr char kTerminator = '\x01';
constexpr uint64_t kSignBit = uint64_t{1} << 63;

absl::Status Malformed() { return MakeError(Reason::kStoreCorrupt, "a key has another form"); }

}  // namespace

OrderedKey& OrderedKey::Text(absl::string_view text) {
  for (char c : text) {
    key_.push_back(c);
    if (c == kEscape) key_.push_back(kEscapedZero);
  }
  key_.push_back(kEscape);
  key_.push_back(kTerminator);
  return *this;
}

OrderedKey& OrderedKey::U64(uint64_t number) {
  for (int shift = 56; shift >= 0; shift -= 8) key_.push_back(static_cast<char>(number >> shift));
  return *this;
}

OrderedKey& OrderedKey::Time(absl::Time time) {
  return U64(static_cast<uint64_t>(absl::ToUnixMicros(time)) ^ kSignBit);
}

OrderedKey& OrderedKey::Raw(absl::string_view bytes) {
  key_.append(bytes.data(), bytes.size());
  return *this;
}

absl::StatusOr<std::string> OrderedKeyReader::Text() {
  std::string text;
  for (size_t i = 0; i < rest_.size(); ++i) {
    if (rest_[i] != kEscape) {
      text.push_back(rest_[i]);
      continue;
    }
    if (++i == rest_.size()) break;
    if (rest_[i] == kTerminator) {
      rest_.remove_prefix(i + 1);
      return text;
    }
    if (rest_[i] != kEscapedZero) break;
    text.push_back(kEscape);
  }
  return Malformed();
}

absl::StatusOr<uint64_t> OrderedKeyReader::U64() {
  if (rest_.size() < 8) return Malformed();
  uint64_t number = 0;
  for (int i = 0; i < 8; ++i) number = (number << 8) | static_cast<uint8_t>(rest_[i]);
  rest_.remove_prefix(8);
  return number;
}

absl::StatusOr<absl::Time> OrderedKeyReader::Time() {
  MRG_ASSIGN_OR_RETURN(const uint64_t number, U64());
  return absl::FromUnixMicros(static_cast<int64_t>(number ^ kSignBit));
}

absl::StatusOr<std::string> OrderedKeyReader::Raw(size_t bytes) {
  if (rest_.size() < bytes) return Malformed();
  std::string raw(rest_.substr(0, bytes));
  rest_.remove_prefix(bytes);
  return raw;
}

std::string PrefixEnd(absl::string_view prefix) {
  std::string end(prefix);
  while (!end.empty() && end.back() == '\xFF') end.pop_back();
  if (!end.empty()) end.back() = static_cast<char>(static_cast<uint8_t>(end.back()) + 1);
  return end;
}

}  // namespace mrg
