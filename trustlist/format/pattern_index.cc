#include "trustlist/format/pattern_index.h"

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/escaping.h"
#include "gateway/crypto/digest.h"
#include "trustlist/format/path_pattern.h"

namespace mrg {
namespace {

size_t Slashes(absl::string_view text) {
  return static_cast<size_t>(std::count(text.begin(), text.end(), '/'));
}

std::string Backwards(absl::string_view text) { return std::string(text.rbegin(), text.rend()); }

}  // namespace

SoughtPath::SoughtPath(absl::string_view path) : path_(path), slashes_(Slashes(path)) {}

const std::string& SoughtPath::backwards() {
  if (backwards_.size() != path_.size()) backwards_ = Backwards(path_);
  return backwards_;
}

const std::string& SoughtPath::hash() {
  if (hash_.empty()) hash_ = absl::BytesToHexString(Sha256(path_));
  return hash_;
}

PathPatternIndex::PathPatternIndex(const std::vector<OwnedText>& patterns) {
  std::vector<PatternEnds> ends;
  absl::flat_hash_map<absl::string_view, size_t> same_head;
  absl::flat_hash_map<absl::string_view, size_t> same_tail;
  for (const OwnedText& pattern : patterns) {
    ends.push_back(EndsOfPattern(pattern.text));
    ++same_head[ends.back().head];
    ++same_tail[ends.back().tail];
  }
  std::vector<std::string> heads;
  std::vector<std::string> tails;
  std::vector<Pattern> by_head;
  std::vector<Pattern> by_tail;
  for (size_t i = 0; i < patterns.size(); ++i) {
    const auto& [head, tail] = ends[i];
    const Pattern pattern{patterns[i].text, Slashes(patterns[i].text), patterns[i].owner};
    if (same_head[head] <= same_tail[tail]) {
      heads.emplace_back(head);
      by_head.push_back(pattern);
    } else {
      tails.push_back(Backwards(tail));
      by_tail.push_back(pattern);
    }
  }
  Fill(std::move(heads), by_head, &heads_);
  Fill(std::move(tails), by_tail, &tails_);
}

// `ends` and `patterns` go together.
void PathPatternIndex::Fill(std::vector<std::string> ends, const std::vector<Pattern>& patterns,
                            Side* side) {
  side->ends = PrefixSet(ends);
  side->buckets.resize(side->ends.prefixes().size());
  for (size_t i = 0; i < patterns.size(); ++i) {
    side->buckets[side->ends.PlaceOf(ends[i])].push_back(patterns[i]);
  }
  for (std::vector<Pattern>& bucket : side->buckets) {
    std::stable_sort(bucket.begin(), bucket.end(),
                     [](const Pattern& a, const Pattern& b) { return a.slashes < b.slashes; });
  }
}

void PathPatternIndex::AddOwners(SoughtPath* path, MatchWork* work, Owners* owners) const {
  AddOwnersOf(heads_, path->path(), *path, work, owners);
  if (!tails_.buckets.empty()) AddOwnersOf(tails_, path->backwards(), *path, work, owners);
}

void PathPatternIndex::AddOwnersOf(const Side& side, absl::string_view text, const SoughtPath& path,
                                   MatchWork* work, Owners* owners) {
  for (const size_t end : side.ends.PrefixesOf(text, work)) {
    const std::vector<Pattern>& bucket = side.buckets[end];
    auto pattern =
        std::lower_bound(bucket.begin(), bucket.end(), path.slashes(),
                         [](const Pattern& one, size_t slashes) { return one.slashes < slashes; });
    for (; pattern != bucket.end() && pattern->slashes == path.slashes(); ++pattern) {
      if (!work->Take(1)) return;
      if (owners->contains(pattern->owner)) continue;
      work->CountComparison();
      if (MatchesPathPattern(pattern->text, path.path(), work)) owners->insert(pattern->owner);
    }
  }
}

HashPrefixIndex::HashPrefixIndex(const std::vector<OwnedText>& prefixes) {
  std::vector<std::string> texts;
  for (const OwnedText& prefix : prefixes) texts.emplace_back(prefix.text);
  prefixes_ = PrefixSet(std::move(texts));
  owners_.resize(prefixes_.prefixes().size());
  for (const OwnedText& prefix : prefixes) {
    owners_[prefixes_.PlaceOf(prefix.text)].push_back(prefix.owner);
  }
}

void HashPrefixIndex::AddOwners(SoughtPath* path, MatchWork* work, Owners* owners) const {
  if (prefixes_.prefixes().empty()) return;
  for (const size_t place : prefixes_.PrefixesOf(path->hash(), work)) {
    if (!work->Take(owners_[place].size())) return;
    owners->insert(owners_[place].begin(), owners_[place].end());
  }
}

}  // namespace mrg
