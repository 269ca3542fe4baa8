import FetchLoop

/// The files of a run: which fetches have one, and under what name.
final class Downloads {
    private let loop: EventLoop
    private let options: RunOptions.Save
    private let checksum: Checksum?
    private var names: DownloadNames
    private let finishGroup: FinishGroup
    private var open: [FetchID: Download] = [:]
    /// In watch mode a fetch saves under the same name each time.
    var givesNamesBack = false
    /// What is no file and takes bodies directly, by path: open as long as the run, so that whoever reads a pipe sees its
    /// end at the end of the run and not after the first body.
    private var streams: [String: OpenFile] = [:]
    /// Paths whose files are still being let go of.
    private var leaving: [String: Leaving] = [:]
    private var whenSettled: (() -> Void)?
    /// Directories with new names that may not be on the disk yet.
    private var unsynchronized: Set<String> = []
    /// Directories that a download has made, or is about to.
    private var madeDirectories: Set<String> = []

    /// - Throws: `InvalidChecksum` if the run's checksum is none.
    init(loop: EventLoop, options: RunOptions.Save) throws(InvalidChecksum) {
        self.loop = loop
        self.options = options
        if let text = options.checksum { checksum = try Checksum(parsing: text) } else { checksum = nil }
        names = DownloadNames(options)
        finishGroup = FinishGroup(loop: loop)
    }

    /// The download of a fetch, made for its first attempt; nil if its body is not to be kept.
    ///
    /// - Throws: `FetchFailure` for a job whose checksum is none.
    func download(for order: TransferOrder) throws(FetchFailure) -> Download? {
        if let download = open[order.id] { return download }
        guard let wanted = names.wanted(url: order.url, values: order.values) else { return nil }
        var checksum = checksum
        if let text = order.values?.checksum {
            do throws(InvalidChecksum) { checksum = try Checksum(parsing: text) } catch {
                throw FetchFailure(kind: .policy, phase: .policy, exitCode: 0, message: "checksum: \(error.message)")
            }
        }
        let path = names.take(wanted)
        // As it was wanted, without a number: it is another name only when the server says another.
        var raw = wanted
        let directory = FileSystem.parent(of: path)
        let isDirectoryMade = directory.map { !madeDirectories.insert($0).inserted } ?? true
        let download = Download(
            loop: loop, options: options, path: path, isDirectoryMade: isDirectoryMade, checksum: checksum,
            isPartWanted: order.isPart, finishGroup: finishGroup, stream: streams.isEmpty ? nil : streams[path]
        ) { [unowned self] head, path in
            let proposed = names.proposed(by: head, insteadOf: raw)
            guard proposed != raw else { return path }
            raw = proposed
            names.giveBack(path)
            return names.take(proposed)
        }
        download.onRename = { [unowned self, unowned download] old, discard in
            letGo(old, discard)
            holdIfLeaving(download)
        }
        holdIfLeaving(download)
        if options.syncPolicy == .on { download.onMade = { [unowned self] in unsynchronized.formUnion($0) } }
        open[order.id] = download
        return download
    }

    /// Forgets the download of a fetch that is finished.
    func end(_ id: FetchID, wasSaved: Bool) {
        guard let download = open.removeValue(forKey: id) else { return }
        if let stream = download.stream {
            streams[download.path] = stream
        } else if wasSaved {
            if options.syncPolicy == .on { unsynchronized.insert(FileSystem.parent(of: download.path) ?? ".") }
        } else {
            letGo(download.path) { download.abandon($0) }
        }
        if !wasSaved || givesNamesBack { names.giveBack(download.path) }
    }

    /// A file of this run that is on its way out: it is locked until then.
    private struct Leaving {
        var count = 0
        var waiting: [Download] = []
    }

    /// Its name may be given to another download already, which waits until the file is gone.
    private func letGo(_ path: String, _ work: (@escaping () -> Void) -> Void) {
        leaving[path, default: Leaving()].count += 1
        work { [self] in
            leaving[path]?.count -= 1
            guard leaving[path]?.count == 0, let left = leaving.removeValue(forKey: path) else { return }
            for download in left.waiting { download.release() }
            if leaving.isEmpty { whenSettled?() }
        }
    }

    private func holdIfLeaving(_ download: Download) {
        guard leaving[download.path] != nil else { return }
        download.hold()
        leaving[download.path]?.waiting.append(download)
    }

    /// Tells when nothing is left to be done for what was given up; a disk that hangs is not waited for.
    func settle(_ done: @escaping () -> Void) {
        guard !leaving.isEmpty else { return done() }
        var isTold = false
        whenSettled = {
            guard !isTold else { return }
            isTold = true
            done()
        }
        loop.after(Self.longestSettling, name: "partial files") { [self] in whenSettled?() }
    }

    private static let longestSettling = Duration.seconds(5)

    /// What brings the names of all saved files to the disk: a call for the thread pool, once for all files that a
    /// directory got since the last time; nil if there are none.
    func takeDirectorySync() -> (@Sendable () -> Void)? {
        let paths = takeUnsynchronized()
        guard !paths.isEmpty else { return nil }
        return { for path in paths { FileSystem.synchronizeDirectory(path) } }
    }

    /// The directories that got names since the last time.
    func takeUnsynchronized() -> Set<String> {
        defer { unsynchronized = [] }
        return unsynchronized
    }
}
