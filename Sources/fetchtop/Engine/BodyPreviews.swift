import DequeModule

/// The beginning of a body, as it came.
struct BodyPreview: Sendable {
    /// At most `BodyPreviews.byteLimit`.
    var bytes: [UInt8] = []
    /// There was more than is kept.
    var isCut = false
}

/// Keeps the first 64 KiB of the bodies of the fetches that started last, for the details pane.
///
/// A fetch has its place by its id: no hashing and no search on the path of every piece of every body. What is kept is
/// bounded twice, in fetches and in bytes; the oldest go first, but never the one that somebody looks at.
final class BodyPreviews {
    static let byteLimit = 64 << 10
    static let totalLimit = 16 << 20
    static let placeCount = 4_096

    private struct Place {
        var id: FetchID?
        var preview = BodyPreview()
    }

    private var places = Array(repeating: Place(), count: placeCount)
    /// Who has a preview, the one that began first at the front.
    private var order: Deque<FetchID> = []
    private(set) var totalBytes = 0
    /// The fetch whose preview stays.
    var pinned: FetchID?

    /// A new attempt begins: what an earlier one brought does not count any more.
    func begin(_ id: FetchID) {
        let index = id.index % Self.placeCount
        if let old = places[index].id, old != id, old == pinned { return }
        clear(index)
        places[index].id = id
    }

    func take(_ piece: RawSpan, of id: FetchID) {
        let index = id.index % Self.placeCount
        guard places[index].id == id, !places[index].preview.isCut else { return }
        let count = places[index].preview.bytes.count
        if count == 0 { order.append(id) }
        let room = Self.byteLimit - count
        if piece.byteCount > room { places[index].preview.isCut = true }
        unsafe piece.withUnsafeBytes { bytes in
            unsafe places[index].preview.bytes.append(contentsOf: bytes.prefix(room))
        }
        totalBytes += min(room, piece.byteCount)
        if totalBytes > Self.totalLimit || order.count > 2 * Self.placeCount { makeRoom() }
    }

    func preview(of id: FetchID) -> BodyPreview? {
        let place = places[id.index % Self.placeCount]
        return place.id == id ? place.preview : nil
    }

    private func clear(_ index: Int) {
        totalBytes -= places[index].preview.bytes.count
        places[index].id = nil
        places[index].preview.isCut = false
        // Small bodies take turns in the same memory.
        places[index].preview.bytes.removeAll(keepingCapacity: places[index].preview.bytes.capacity <= 4_096)
    }

    /// Some of those in line have lost their places to others since, or begun anew.
    private func makeRoom() {
        var turns = order.count
        while turns > 0, totalBytes > Self.totalLimit || order.count > Self.placeCount {
            turns -= 1
            guard let oldest = order.popFirst() else { return }
            let index = oldest.index % Self.placeCount
            guard places[index].id == oldest else { continue }
            if oldest == pinned { order.append(oldest) } else { clear(index) }
        }
    }
}
