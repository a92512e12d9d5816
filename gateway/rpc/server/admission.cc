#include "gateway/rpc/server/admission.h"

#include <utility>

namespace mrg {

Admission::Place::Place(Place&& other) noexcept
    : admission_(std::exchange(other.admission_, nullptr)),
      party_(std::move(other.party_)),
      bytes_(other.bytes_) {}

Admission::Place::~Place() {
  if (admission_ != nullptr) admission_->Leave(party_, bytes_);
}

void Admission::Place::BeginRead(std::function<void()> start) {
  admission_->BeginRead(party_, std::move(start));
}

bool Admission::Place::EndRead(size_t bytes) {
  if (!admission_->EndRead(party_, bytes)) return false;
  bytes_ = bytes;
  return true;
}

bool Admission::Place::HoldAnswer(size_t bytes) {
  const bool fits = admission_->Replace(party_, bytes_, bytes);
  bytes_ = fits ? bytes : 0;
  return fits;
}

std::optional<Admission::Place> Admission::TryEnter(const SpiffeId& identity) {
  const absl::string_view party =
      party_ == Party::kTrustDomain ? identity.trust_domain() : identity.value();
  MutexLock lock(mu_);
  if (all_.calls >= limits_.calls_max) return std::nullopt;
  Held& held = of_party_[std::string(party)];
  if (held.calls >= limits_.party_calls_max) return std::nullopt;
  ++all_.calls;
  ++held.calls;
  return Place(this, party);
}

size_t Admission::calls() const {
  MutexLock lock(mu_);
  return all_.calls;
}

void Admission::BeginRead(const std::string& party, std::function<void()> start) {
  {
    MutexLock lock(mu_);
    Held& held = of_party_[party];
    if (held.reads >= limits_.party_reads_max) {
      held.waiting.push_back(std::move(start));
      return;
    }
    ++held.reads;
  }
  start();
}

bool Admission::EndRead(const std::string& party, size_t bytes) {
  std::function<void()> next;
  bool fits = false;
  {
    MutexLock lock(mu_);
    Held& held = of_party_[party];
    if (held.waiting.empty()) {
      --held.reads;
    } else {
      next = std::move(held.waiting.front());
      held.waiting.pop_front();
    }
    fits = Count(&held, bytes);
  }
  if (next != nullptr) next();
  return fits;
}

bool Admission::Count(Held* held, size_t bytes) {
  if (bytes > limits_.bytes_max - all_.bytes || bytes > limits_.party_bytes_max - held->bytes) {
    return false;
  }
  all_.bytes += bytes;
  held->bytes += bytes;
  return true;
}

bool Admission::Replace(const std::string& party, size_t before, size_t bytes) {
  MutexLock lock(mu_);
  Held& held = of_party_[party];
  all_.bytes -= before;
  held.bytes -= before;
  return Count(&held, bytes);
}

void Admission::Leave(const std::string& party, size_t bytes) {
  MutexLock lock(mu_);
  all_.calls -= 1;
  all_.bytes -= bytes;
  const auto held = of_party_.find(party);
  held->second.calls -= 1;
  held->second.bytes -= bytes;
  if (held->second.calls == 0) of_party_.erase(held);
}

}  // namespace mrg
