import TestSupport
import Testing

@testable import fetchtop

@Suite("Keys in the configuration") struct CLIKeySettingsTests {
    private func keyMap(_ text: String) throws -> KeyMap {
        try KeySettings.keyMap(ConfigFile(path: "conf", text: Array(("[keys]\n" + text).utf8)).keySettings)
    }

    private func key(_ name: String) throws -> Key { try #require(Key(name)) }

    @Test func aCommandGetsTheseKeysAndNoOthers() throws {
        let map = try keyMap("cancel = X, F12, Ins\nview errors = E\n")
        for name in ["X", "F12", "Ins"] { #expect(try map[key(name)] == .cancel(.chosen)) }
        for name in ["x", "F9", "Del"] { #expect(try map[key(name)] == nil) }
        #expect(try map[key("E")] == .view(.errors))
        #expect(try map[key("6")] == nil)
    }

    @Test func aKeyThatDidSomethingElseDoesItNoMore() throws {
        let map = try keyMap("retry failed = F9")
        #expect(try map[key("F9")] == .retry(.failed))
        #expect(try map[key("x")] == .cancel(.chosen))
        let cancel = try #require(map.bindings.first { $0.command == .cancel(.chosen) })
        #expect(!cancel.keys.contains(try key("F9")))
        // The footer is made from the same table: F9 is no longer "Cancel".
        #expect(!map.footer.contains { $0.number == 9 })
    }

    @Test func aCommandWithoutAKeyOfItsOwnCanGetOne() throws {
        let map = try keyMap("filter code>=400 = E\npause where state:recv = ^P")
        #expect(try map[key("E")] == .filter("code>=400"))
        #expect(try map[key("^p")] == .pause(.matching("state:recv")))
        let help = HelpText.lines(map, matching: "code>=400").flatMap { $0.spans.map(\.text.string) }
        #expect(help.contains { $0.contains("filter code>=400") })
    }

    @Test func anEmptyListTakesAllKeysAway() throws {
        let map = try keyMap("suspend =\nquit = ")
        for name in ["^z", "F10", "Q"] { #expect(try map[key(name)] == nil) }
    }

    @Test func commaAndEqualsAreKeysToo() throws {
        let map = try keyMap("zoom 1 = +, =\nzoom -1 = Comma")
        #expect(try map[key("=")] == .zoom(1))
        #expect(map[Key(.character(","))] == .zoom(-1))
    }

    @Test func thePresetComesFirstWhereverItStands() throws {
        let map = try keyMap("cancel = K\npreset = htop")
        #expect(map.name == "htop")
        #expect(try map[key("K")] == .cancel(.chosen))
        #expect(try map[key("k")] == nil)
        #expect(try map[key("u")] == .filter(nil))
    }

    @Test func inTheHtopPresetNoMovementLetterIsLeftBesideKill() throws {
        for name in ["h", "j", "l"] {
            if case .move = try KeyMap.htop[key(name)] { Issue.record("\(name) moves") }
        }
        #expect(try KeyMap.htop[key("k")] == .cancel(.chosen))
        #expect(try KeyMap.htop[key("Down")] == .move(.down))
    }

    @Test(
        arguments: [
            ("[keys]\ncancle = x", "2: unknown command 'cancle'"),
            ("[keys]\ncancel = x, F99", "2: no such key: 'F99'"),
            ("[keys]\ncancel = x,, y", "2: no such key: '' (a comma is 'Comma')"),
            ("[keys]\ncancel = x\nretry = r, x", "3: 'x' is bound to 'cancel' in line 2 already"),
            ("[keys]\ncancel = x, x", "2: 'x' is there twice"),
            ("[keys]\n\ncancel = x\ncancel = y", "4: 'cancel' has its keys in line 3 already"),
            ("[keys]\npreset = emacs", "2: no such preset: 'emacs' (standard or htop)"),
            ("[keys]\npreset = htop\npreset = htop", "3: a preset is chosen in line 2 already"),
            ("[keys]\ncancel = ^C", "2: ^C always stops the run"),
            ("[keys]\ninterrupt = q", "2: ^C always stops the run"),
            ("[keys]\nkey F5 = F6", "2: a key cannot stand for another key"),
            ("[keys]\nsort nothing = s", "2: 'nothing' is none of attention"),
            ("[keys]\ncancel x", "2: write 'command = key, key'"),
        ])
    func whatIsWrongIsNamedWithItsLine(text: String, message: String) throws {
        try withTemporaryFile(text) { path in
            let error = try #require(usageError("h", "--config", path))
            #expect(error.hasPrefix("\(path):\(message)"), "\(error)")
        }
    }

    @Test func thePlanTakesTheKeysAlong() throws {
        try withTemporaryFile("retry = 1\n[keys]\ncancel = X\n[host \"h\"]\nhost-rate = 1/s\n") { path in
            let plan = try plan("h", "--config", path)
            #expect(plan.keyMap[Key(.character("X"))] == .cancel(.chosen))
            #expect(plan.options.retry.count == 1)
            #expect(plan.options.rate.byHost.count == 1)
        }
        #expect(try plan("h").keyMap.name == "standard")
    }

    @Test(arguments: [("C-x", "^X"), ("C-X", "^X"), ("^i", "Tab"), ("^M", "Enter"), ("S-a", "A"), ("M-x", "M-x")])
    func keysAreReadAsTheyArrive(name: String, arrives: String) {
        #expect(Key(name)?.description == arrives)
    }
}
