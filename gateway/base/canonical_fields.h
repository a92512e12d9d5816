#ifndef MRG_GATEWAY_BASE_CANONICAL_FIELDS_H_
#define MRG_GATEWAY_BASE_CANONICAL_FIELDS_H_

// Reads canonical protobuf bytes field by field, in place and without allocating: for lists of a
// million entries, where parsing each into a message and writing it out again to compare
// (canonical_proto.h) would take longer than everything else.
//
// It is stricter than it would have to be, never laxer: what a caller accepts field by field is
// canonical; for what it does not accept, the caller asks ParseCanonicalInto, which also says why.
//
// Threads: a reader belongs to one thread.

#include <cstdint>

#include "absl/strings/string_view.h"

namespace mrg {

class CanonicalFields {
 public:
  // Reads the fields of one message; `bytes` must outlive the reader.
  explicit CanonicalFields(absl::string_view bytes) : rest_(bytes) {}

  // Goes to the next field. Result: false at the end of the bytes, and when they are not canonical,
  // which `ok` then tells apart. Fields come in the order of their numbers, tags and lengths in
  // their shortest form; only varints and length-delimited fields are read.
  bool Next();

  // Result: true as long as everything read was canonical.
  bool ok() const { return ok_; }

  // The present field. REQUIRES: Next returned true.
  uint32_t number() const { return number_; }
  // True when the field before had the same number: a singular field must not.
  bool repeats() const { return repeats_; }
  bool is_varint() const { return is_varint_; }
  uint64_t varint() const { return varint_; }         // of a varint
  absl::string_view bytes() const { return bytes_; }  // of a length-delimited field
  // True for a singular scalar that a writer would not have left out: a varint other than 0.
  bool is_set_varint() const { return is_varint_ && !repeats_ && varint_ != 0; }
  // The same for bytes or text: not empty.
  bool is_set_bytes() const { return !is_varint_ && !repeats_ && !bytes_.empty(); }
  // True for a singular message; it may be empty.
  bool is_message() const { return !is_varint_ && !repeats_; }

 private:
  bool ReadVarint(uint64_t* value);
  bool Refuse();

  absl::string_view rest_;
  bool ok_ = true;
  uint32_t number_ = 0;
  bool repeats_ = false;
  bool is_varint_ = false;
  uint64_t varint_ = 0;
  absl::string_view bytes_;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_BASE_CANONICAL_FIELDS_H_
