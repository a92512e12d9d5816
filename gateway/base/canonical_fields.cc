#include "gateway/base/canonical_fields.h"

namespace mrg {
namespace {

// Wire types of protobuf.
constexpr uint64_t kVarint = 0;
constexpr uint64_t kLengthDelimited = 2;
constexpr int kWireTypeBits = 3;
constexpr uint64_t kFieldNumberMax = (uint64_t{1} << 29) - 1;

}  // namespace

bool CanonicalFields::Refuse() {
  ok_ = false;
  rest_ = absl::string_view();
  return false;
}

bool CanonicalFields::ReadVarint(uint64_t* value) {
  uint64_t read = 0;
  for (int shift = 0; shift < 64; shift += 7) {
    if (rest_.empty()) return false;
    const auto byte = static_cast<uint8_t>(rest_.front());
    rest_.remove_prefix(1);
    // The tenth byte holds the last bit.
    if (shift == 63 && byte > 1) return false;
    read |= static_cast<uint64_t>(byte & 0x7F) << shift;
    if ((byte & 0x80) == 0) {
      *value = read;
      // A last byte of zero would say nothing: the shortest form ends before it.
      return byte != 0 || shift == 0;
    }
  }
  return false;
}

bool CanonicalFields::Next() {
  if (rest_.empty()) return false;
  uint64_t tag = 0;
  if (!ReadVarint(&tag)) return Refuse();
  const uint64_t number = tag >> kWireTypeBits;
  const uint64_t type = tag & ((1 << kWireTypeBits) - 1);
  if (number == 0 || number > kFieldNumberMax || number < number_) return Refuse();
  repeats_ = number == number_;
  number_ = static_cast<uint32_t>(number);
  if (!ReadVarint(&varint_)) return Refuse();
  is_varint_ = type == kVarint;
  if (is_varint_) return true;
  if (type != kLengthDelimited || varint_ > rest_.size()) return Refuse();
  bytes_ = rest_.substr(0, varint_);
  rest_.remove_prefix(varint_);
  return true;
}

}  // namespace mrg
