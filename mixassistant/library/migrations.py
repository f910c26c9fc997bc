"""The schema of the library, as numbered migrations: ``PRAGMA user_version`` counts those that were applied."""

MIGRATIONS: tuple[str, ...] = (
    """
    CREATE TABLE tracks (
        content_hash TEXT NOT NULL,
        method TEXT NOT NULL,
        origin TEXT NOT NULL,
        measured BLOB NOT NULL,
        PRIMARY KEY (content_hash, method, origin)
    );
    CREATE TABLE track_references (
        id INTEGER PRIMARY KEY,
        path TEXT NOT NULL UNIQUE,
        name TEXT NOT NULL,
        content_hash TEXT NOT NULL DEFAULT '',
        liked INTEGER NOT NULL DEFAULT 1 CHECK (liked IN (-1, 1)),
        tags TEXT NOT NULL DEFAULT '{}',
        added TEXT NOT NULL,
        removed TEXT
    );
    CREATE INDEX references_by_content ON track_references (content_hash);
    CREATE TABLE profiles (name TEXT PRIMARY KEY, created TEXT NOT NULL);
    CREATE TABLE profile_references (
        profile TEXT NOT NULL REFERENCES profiles (name) ON DELETE CASCADE,
        reference INTEGER NOT NULL REFERENCES track_references (id) ON DELETE CASCADE,
        PRIMARY KEY (profile, reference)
    );
    CREATE TABLE analyses (
        id INTEGER PRIMARY KEY, created TEXT NOT NULL, name TEXT NOT NULL, content_hash TEXT NOT NULL, document BLOB NOT NULL
    );
    CREATE TABLE decisions (
        content_hash TEXT NOT NULL,
        suggestion TEXT NOT NULL,
        accepted INTEGER NOT NULL,
        decided TEXT NOT NULL,
        PRIMARY KEY (content_hash, suggestion)
    );
    """,
    # How much of a suggestion was accepted: 1 is all of it.
    "ALTER TABLE decisions ADD COLUMN amount REAL NOT NULL DEFAULT 1.0",
    # What the user says of a reference (an absent genre is the file's own), the order of the lists, the profile that is compared with,
    # and the few numbers of a track that its row shows: beside `tracks`, whose rows are a hundred kilobytes each.
    """
    ALTER TABLE track_references ADD COLUMN title TEXT NOT NULL DEFAULT '';
    ALTER TABLE track_references ADD COLUMN genre TEXT;
    ALTER TABLE track_references ADD COLUMN labels TEXT NOT NULL DEFAULT '[]';
    ALTER TABLE track_references ADD COLUMN place INTEGER NOT NULL DEFAULT 0;
    UPDATE track_references SET place = id;
    ALTER TABLE profile_references ADD COLUMN place INTEGER NOT NULL DEFAULT 0;
    UPDATE profile_references SET place = reference;
    ALTER TABLE profiles ADD COLUMN chosen INTEGER NOT NULL DEFAULT 0;
    CREATE TABLE summaries (
        content_hash TEXT NOT NULL,
        origin TEXT NOT NULL,
        layout INTEGER NOT NULL,
        numbers BLOB NOT NULL,
        PRIMARY KEY (content_hash, origin)
    ) WITHOUT ROWID
    """,
    # What a decision says of taste (an absent dimension: nothing), and how many songs a reference counts as.
    """
    ALTER TABLE decisions ADD COLUMN dimension TEXT NOT NULL DEFAULT '';
    ALTER TABLE decisions ADD COLUMN move_db REAL NOT NULL DEFAULT 0.0;
    ALTER TABLE decisions ADD COLUMN offset_db REAL NOT NULL DEFAULT 0.0;
    ALTER TABLE track_references ADD COLUMN weight REAL NOT NULL DEFAULT 1.0;
    """,
    # How sure a suggestion was that was answered; of those before, it is taken as sure.
    "ALTER TABLE decisions ADD COLUMN confidence REAL NOT NULL DEFAULT 1.0",
    # Every report was kept, a hundred kilobytes each, and none was ever read. The table stays for a program of before that is still open.
    "DELETE FROM analyses",
    # One answer may be about several dimensions of taste, each with its share; and a direction that it helped to close may be opened
    # again. The columns of `decisions` stay for a program of before that is still open.
    """
    CREATE TABLE answers (
        content_hash TEXT NOT NULL,
        suggestion TEXT NOT NULL,
        dimension TEXT NOT NULL,
        move_db REAL NOT NULL,
        offset_db REAL NOT NULL,
        confidence REAL NOT NULL,
        share REAL NOT NULL,
        doubt_db REAL NOT NULL,
        may_close INTEGER NOT NULL DEFAULT 1,
        PRIMARY KEY (content_hash, suggestion, dimension),
        FOREIGN KEY (content_hash, suggestion) REFERENCES decisions (content_hash, suggestion) ON DELETE CASCADE
    ) WITHOUT ROWID;
    INSERT INTO answers (content_hash, suggestion, dimension, move_db, offset_db, confidence, share, doubt_db)
    SELECT content_hash, suggestion, dimension, move_db, offset_db, confidence, 1.0, 0.0 FROM decisions WHERE dimension != '';
    UPDATE decisions SET dimension = ''
    """,
    # What the user does to raw tracks, learned from their finished songs.
    """
    CREATE TABLE habits (
        name TEXT PRIMARY KEY,
        learned TEXT NOT NULL,
        chosen INTEGER NOT NULL DEFAULT 0,
        habit TEXT NOT NULL
    )
    """,
    # How finished the user says a mix is, and what was preferred in blind tests of moves: rounds of each test.
    """
    CREATE TABLE stages (content_hash TEXT PRIMARY KEY, stage TEXT NOT NULL);
    CREATE TABLE blind_tests (
        id INTEGER PRIMARY KEY,
        tested TEXT NOT NULL,
        kind TEXT NOT NULL,
        role TEXT NOT NULL,
        stage TEXT NOT NULL,
        for_move INTEGER NOT NULL,
        for_mix INTEGER NOT NULL,
        undecided INTEGER NOT NULL
    )
    """,
    # Roles that the user says a mix does not have.
    "CREATE TABLE absences (content_hash TEXT NOT NULL, role TEXT NOT NULL, PRIMARY KEY (content_hash, role)) WITHOUT ROWID",
    # Which content lay at a path, in which state: what looks the same is not opened again.
    """
    CREATE TABLE files (
        path NOT NULL,
        asked TEXT NOT NULL,
        state TEXT NOT NULL,
        content_hash TEXT NOT NULL,
        origin TEXT NOT NULL,
        name TEXT NOT NULL,
        tags TEXT NOT NULL,
        warnings TEXT NOT NULL,
        PRIMARY KEY (path, asked)
    )
    """,
    # What the user says of a song's sections.
    "CREATE TABLE sections (content_hash TEXT PRIMARY KEY, sections TEXT NOT NULL) WITHOUT ROWID",
    # The equalizer of a move as the user has shaped it: JSON; empty as it was suggested.
    "ALTER TABLE decisions ADD COLUMN bands TEXT NOT NULL DEFAULT ''",
    # What the user likes and has no file of, and what files said of themselves when they looked as they do.
    """
    CREATE TABLE wanted (
        id INTEGER PRIMARY KEY,
        source TEXT NOT NULL,
        added TEXT NOT NULL,
        title TEXT NOT NULL,
        artist TEXT NOT NULL,
        album TEXT NOT NULL,
        duration_s REAL,
        isrc TEXT NOT NULL,
        recording_mbid TEXT NOT NULL,
        year INTEGER,
        path TEXT NOT NULL,
        UNIQUE (title, artist, album, isrc, recording_mbid, path)
    );
    CREATE TABLE recordings (path NOT NULL PRIMARY KEY, state TEXT NOT NULL, said TEXT NOT NULL)
    """,
)
