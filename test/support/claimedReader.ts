/** A feed reader (FastAPI and React) with a plan in Kiro's style; some of what is ticked is not there. */
export const CLAIMED_READER: Record<string, string> = {
  'backend/pyproject.toml':
    '[project]\nname = "reader"\nversion = "1.0"\ndependencies = ["fastapi", "httpx", "sqlalchemy", "feedparser"]\n\n[tool.ruff]\nline-length = 100\n',
  'backend/reader/__init__.py': '',
  'backend/reader/main.py':
    'from fastapi import FastAPI\n\nfrom reader.api import entries, feeds\nfrom reader.middleware import TimingMiddleware\n\napp = FastAPI(title="Reader")\napp.add_middleware(TimingMiddleware)\napp.include_router(feeds.router, prefix="/feeds")\napp.include_router(entries.router)\n',
  'backend/reader/middleware.py':
    'import time\n\nfrom starlette.middleware.base import BaseHTTPMiddleware\n\n\nclass TimingMiddleware(BaseHTTPMiddleware):\n    async def dispatch(self, request, call_next):\n        begun = time.perf_counter()\n        response = await call_next(request)\n        response.headers["Server-Timing"] = f"app;dur={(time.perf_counter() - begun) * 1000:.1f}"\n        return response\n',
  'backend/reader/models.py':
    'from datetime import datetime\n\nfrom sqlalchemy import ForeignKey\nfrom sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column\n\n\nclass Base(DeclarativeBase):\n    pass\n\n\nclass Feed(Base):\n    __tablename__ = "feeds"\n\n    id: Mapped[int] = mapped_column(primary_key=True)\n    url: Mapped[str] = mapped_column(unique=True)\n    title: Mapped[str] = mapped_column(default="")\n\n\nclass Entry(Base):\n    __tablename__ = "entries"\n\n    id: Mapped[int] = mapped_column(primary_key=True)\n    feed_id: Mapped[int] = mapped_column(ForeignKey("feeds.id"))\n    guid: Mapped[str]\n    title: Mapped[str]\n    published: Mapped[datetime | None]\n    read: Mapped[bool] = mapped_column(default=False)\n',
  'backend/reader/store.py':
    'from sqlalchemy import select\nfrom sqlalchemy.orm import Session\n\nfrom reader.models import Entry, Feed\n\n\nclass FeedStore:\n    def __init__(self, session: Session):\n        self.session = session\n\n    def add(self, url: str, title: str = "") -> Feed:\n        feed = Feed(url=url, title=title)\n        self.session.add(feed)\n        self.session.flush()\n        return feed\n\n    def all(self) -> list[Feed]:\n        return list(self.session.scalars(select(Feed).order_by(Feed.title)))\n\n    def unread(self, limit: int = 50) -> list[Entry]:\n        query = select(Entry).where(Entry.read.is_(False)).order_by(Entry.published.desc()).limit(limit)\n        return list(self.session.scalars(query))\n\n    def mark_read(self, entry_id: int) -> bool:\n        entry = self.session.get(Entry, entry_id)\n        if entry is None:\n            return False\n        entry.read = True\n        return True\n',
  'backend/reader/fetch.py':
    'import feedparser\nimport httpx\n\n\nclass FetchFailed(Exception):\n    pass\n\n\nasync def fetch_feed(url: str, client: httpx.AsyncClient) -> list[dict]:\n    try:\n        response = await client.get(url, timeout=10, follow_redirects=True)\n        response.raise_for_status()\n    except httpx.HTTPError as error:\n        raise FetchFailed(f"{url}: {error}") from error\n    return [normalize_entry(entry) for entry in feedparser.parse(response.text).entries]\n\n\ndef normalize_entry(entry: dict) -> dict:\n    return {\n        "guid": entry.get("id") or entry["link"],\n        "title": " ".join(entry.get("title", "").split()) or "(untitled)",\n        "published": entry.get("published_parsed"),\n    }\n',
  'backend/reader/schedule.py':
    'import asyncio\nfrom collections.abc import Awaitable, Callable\n\n\nclass Backoff:\n    def __init__(self, first: float = 60, most: float = 3600):\n        self.first = first\n        self.most = most\n        self.failures = 0\n\n    def failed(self) -> float:\n        self.failures += 1\n        return min(self.most, self.first * 2 ** (self.failures - 1))\n\n    def succeeded(self) -> float:\n        self.failures = 0\n        return self.first\n\n\nasync def poll_forever(work: Callable[[], Awaitable[None]], backoff: Backoff, sleep=asyncio.sleep) -> None:\n    while True:\n        try:\n            await work()\n            await sleep(backoff.succeeded())\n        except asyncio.CancelledError:\n            raise\n        except Exception:\n            await sleep(backoff.failed())\n',
  'backend/reader/worker.py':
    'import asyncio\n\nimport httpx\n\nfrom reader.fetch import fetch_feed\nfrom reader.schedule import Backoff, poll_forever\n\n\nasync def run(urls: list[str]) -> None:\n    async with httpx.AsyncClient() as client:\n\n        async def once() -> None:\n            for url in urls:\n                await fetch_feed(url, client)\n\n        await poll_forever(once, Backoff())\n\n\nif __name__ == "__main__":\n    asyncio.run(run([]))\n',
  'backend/reader/opml.py':
    'from xml.etree import ElementTree\n\n\ndef import_opml(text: str) -> list[str]:\n    root = ElementTree.fromstring(text)\n    return [node.attrib["xmlUrl"] for node in root.iter("outline") if "xmlUrl" in node.attrib]\n\n\ndef export_opml(urls: list[str]) -> str:\n    # TODO\n    return ""\n',
  'backend/reader/search.py':
    'import re\n\n\ndef tokenize(text: str) -> list[str]:\n    return [word.casefold() for word in re.findall(r"\\w+", text)]\n\n\nclass SearchIndex:\n    def __init__(self) -> None:\n        self.words: dict[str, set[int]] = {}\n\n    def add(self, key: int, text: str) -> None:\n        for word in tokenize(text):\n            self.words.setdefault(word, set()).add(key)\n\n    def find(self, query: str) -> set[int]:\n        found = [self.words.get(word, set()) for word in tokenize(query)]\n        return set.intersection(*found) if found else set()\n',
  'backend/reader/api/__init__.py': '',
  'backend/reader/api/deps.py':
    'from collections.abc import Iterator\n\nfrom sqlalchemy import create_engine\nfrom sqlalchemy.orm import Session\n\nfrom reader.store import FeedStore\n\nengine = create_engine("sqlite://")\n\n\ndef get_store() -> Iterator[FeedStore]:\n    with Session(engine) as session:\n        yield FeedStore(session)\n        session.commit()\n',
  'backend/reader/api/feeds.py':
    'from fastapi import APIRouter, Depends, HTTPException\nfrom pydantic import BaseModel, HttpUrl\n\nfrom reader.api.deps import get_store\nfrom reader.opml import export_opml, import_opml\nfrom reader.store import FeedStore\n\nrouter = APIRouter()\n\n\nclass NewFeed(BaseModel):\n    url: HttpUrl\n\n\n@router.post("", status_code=201)\ndef subscribe(new: NewFeed, store: FeedStore = Depends(get_store)):\n    feed = store.add(str(new.url))\n    return {"id": feed.id, "url": feed.url}\n\n\n@router.get("")\ndef list_feeds(store: FeedStore = Depends(get_store)):\n    return [{"id": feed.id, "title": feed.title} for feed in store.all()]\n\n\n@router.post("/import")\ndef import_feeds(text: str, store: FeedStore = Depends(get_store)):\n    urls = import_opml(text)\n    if not urls:\n        raise HTTPException(422, "no feeds in it")\n    return {"added": len([store.add(url) for url in urls])}\n\n\n@router.get("/export")\ndef export_feeds(store: FeedStore = Depends(get_store)):\n    return export_opml([feed.url for feed in store.all()])\n',
  'backend/reader/api/entries.py':
    'from fastapi import APIRouter, Depends, HTTPException\n\nfrom reader.api.deps import get_store\nfrom reader.store import FeedStore\n\nrouter = APIRouter(prefix="/entries")\n\n\n@router.get("/unread")\ndef unread(limit: int = 50, store: FeedStore = Depends(get_store)):\n    return [{"id": one.id, "title": one.title} for one in store.unread(limit)]\n\n\n@router.post("/{entry_id}/read", status_code=204)\ndef mark_read(entry_id: int, store: FeedStore = Depends(get_store)):\n    if not store.mark_read(entry_id):\n        raise HTTPException(404)\n',
  'backend/tests/conftest.py':
    'import pytest\nfrom fastapi.testclient import TestClient\nfrom sqlalchemy import create_engine\nfrom sqlalchemy.orm import Session\nfrom sqlalchemy.pool import StaticPool\n\nfrom reader.api.deps import get_store\nfrom reader.main import app\nfrom reader.models import Base\nfrom reader.store import FeedStore\n\n\n@pytest.fixture\ndef store():\n    engine = create_engine("sqlite://", poolclass=StaticPool)\n    Base.metadata.create_all(engine)\n    with Session(engine) as session:\n        yield FeedStore(session)\n\n\n@pytest.fixture\ndef client(store):\n    app.dependency_overrides[get_store] = lambda: store\n    yield TestClient(app)\n    app.dependency_overrides.clear()\n',
  'backend/tests/test_feeds_api.py':
    'def test_subscribes_and_lists(client):\n    created = client.post("/feeds", json={"url": "https://a.example/feed.xml"})\n    assert created.status_code == 201\n    assert [feed["id"] for feed in client.get("/feeds").json()] == [created.json()["id"]]\n\n\ndef test_refuses_what_is_no_address(client):\n    assert client.post("/feeds", json={"url": "nonsense"}).status_code == 422\n\n\ndef test_imports_opml(client):\n    text = \'<opml><body><outline xmlUrl="https://a.example/f"/></body></opml>\'\n    assert client.post("/feeds/import", params={"text": text}).json() == {"added": 1}\n\n\ndef test_answers_carry_their_time(client):\n    assert client.get("/feeds").headers["Server-Timing"].startswith("app;dur=")\n',
  'backend/tests/test_entries_api.py':
    'def test_unknown_entries_are_not_found(client):\n    assert client.post("/entries/7/read").status_code == 404\n\n\ndef test_nothing_is_unread_at_first(client):\n    assert client.get("/entries/unread").json() == []\n',
  'backend/tests/test_fetch.py':
    'import httpx\nimport pytest\n\nfrom reader.fetch import FetchFailed, fetch_feed, normalize_entry\n\n\ndef test_titles_are_on_one_line():\n    assert normalize_entry({"link": "l", "title": "a\\n  b"})["title"] == "a b"\n\n\n@pytest.mark.anyio\nasync def test_errors_name_the_feed():\n    client = httpx.AsyncClient(transport=httpx.MockTransport(lambda _request: httpx.Response(500)))\n    with pytest.raises(FetchFailed, match="https://a.example"):\n        await fetch_feed("https://a.example", client)\n',
  'backend/tests/test_schedule.py':
    'import asyncio\n\nimport pytest\n\nfrom reader.schedule import Backoff, poll_forever\n\n\ndef test_polls_again_after_a_failure():\n    pauses = []\n\n    async def work():\n        if not pauses:\n            raise OSError\n\n    async def sleep(seconds):\n        pauses.append(seconds)\n        if len(pauses) == 2:\n            raise asyncio.CancelledError\n\n    with pytest.raises(asyncio.CancelledError):\n        asyncio.run(poll_forever(work, Backoff(), sleep))\n    assert pauses == [60, 60]\n\n\ndef test_waits_longer_each_time_up_to_an_hour():\n    backoff = Backoff()\n    assert [backoff.failed() for _ in range(8)][-1] == 3600\n    assert backoff.succeeded() == 60\n',
  'backend/tests/test_search.py':
    'from reader.search import SearchIndex\n\n\ndef test_finds():\n    index = SearchIndex()\n    index.add(1, "Hello World")\n    assert index.find("world hello") == {1}\n',
  'backend/tests/test_worker.py':
    'import pytest\n\n\n@pytest.mark.skip(reason="needs network")\ndef test_runs():\n    from reader.worker import run\n\n    assert run is not None\n',
  'frontend/package.json':
    '{ "name": "reader-ui", "scripts": { "dev": "vite", "build": "vite build", "test": "vitest" }, "dependencies": { "react": "^18", "react-router-dom": "^6" }, "devDependencies": { "vite": "^5", "vitest": "^2", "@testing-library/react": "^16" } }\n',
  'frontend/vite.config.ts':
    "import { defineConfig } from 'vite';\nexport default defineConfig({ server: { proxy: { '/feeds': 'http://localhost:8000' } } });\n",
  'frontend/index.html':
    '<!doctype html>\n<div id="root"></div>\n<script type="module" src="/src/main.tsx"></script>\n',
  'frontend/src/main.tsx':
    "import { createRoot } from 'react-dom/client';\nimport { App } from './App';\nimport './styles/theme.css';\n\ncreateRoot(document.getElementById('root')!).render(<App />);\n",
  'frontend/src/styles/theme.css':
    ':root { --ink: #222; --paper: #fdfdfb; }\n@media (prefers-color-scheme: dark) { :root { --ink: #eee; --paper: #111; } }\n.entry-unread { font-weight: 600; }\n',
  'frontend/src/App.tsx':
    "import { BrowserRouter, Route, Routes } from 'react-router-dom';\nimport { EntryList } from './components/EntryList';\nimport { SettingsPage } from './pages/SettingsPage';\n\nexport function App() {\n  return (\n    <BrowserRouter>\n      <Routes>\n        <Route path=\"/\" element={<EntryList />} />\n        <Route path=\"/settings\" element={<SettingsPage />} />\n      </Routes>\n    </BrowserRouter>\n  );\n}\n",
  'frontend/src/api.ts':
    "export interface EntrySummary {\n  id: number;\n  title: string;\n}\n\nexport async function unreadEntries(): Promise<EntrySummary[]> {\n  const response = await fetch('/entries/unread');\n  if (!response.ok) throw new Error(`HTTP ${response.status}`);\n  return response.json();\n}\n\nexport async function markRead(id: number): Promise<void> {\n  const response = await fetch(`/entries/${id}/read`, { method: 'POST' });\n  if (!response.ok) throw new Error(`HTTP ${response.status}`);\n}\n",
  'frontend/src/hooks/useUnread.ts':
    "import { useEffect, useState } from 'react';\nimport { markRead, unreadEntries } from '../api';\nimport type { EntrySummary } from '../api';\n\nexport function useUnread() {\n  const [entries, setEntries] = useState<EntrySummary[]>([]);\n  const [error, setError] = useState<string>();\n  useEffect(() => {\n    unreadEntries().then(setEntries, (reason: Error) => setError(reason.message));\n  }, []);\n  const read = async (id: number) => {\n    await markRead(id);\n    setEntries((before) => before.filter((one) => one.id !== id));\n  };\n  return { entries, error, read };\n}\n",
  'frontend/src/components/EntryList.tsx':
    'import { useUnread } from \'../hooks/useUnread\';\n\nexport const EntryList = () => {\n  const { entries, error, read } = useUnread();\n  if (error) return <p role="alert">{error}</p>;\n  return (\n    <ul>\n      {entries.map(({ id, title }) => (\n        <li key={id} className="entry-unread">\n          <button onClick={() => void read(id)}>{title}</button>\n        </li>\n      ))}\n    </ul>\n  );\n};\n',
  'frontend/src/components/KeyboardHelp.tsx':
    'export function KeyboardHelp({ keys }: { keys: Record<string, string> }) {\n  return (\n    <dl>\n      {Object.entries(keys).map(([key, what]) => (\n        <div key={key}>\n          <dt>{key}</dt>\n          <dd>{what}</dd>\n        </div>\n      ))}\n    </dl>\n  );\n}\n',
  'frontend/src/pages/SettingsPage.tsx':
    'export function SettingsPage() {\n  return <div>Coming soon</div>;\n}\n',
  'frontend/src/components/EntryList.test.tsx':
    "import { render, screen } from '@testing-library/react';\nimport { expect, it, vi } from 'vitest';\nimport { EntryList } from './EntryList';\n\nit('shows unread entries', async () => {\n  vi.stubGlobal('fetch', async () => new Response(JSON.stringify([{ id: 1, title: 'News' }])));\n  render(<EntryList />);\n  expect(await screen.findByText('News')).toBeTruthy();\n});\n",
  'docs/architecture.md':
    '# Architecture\n\nThe browser asks the backend for entries that are not read. A worker polls the feeds, waits longer after failures,\nand writes what is new into the database, which the API reads.\n',
  '.kiro/specs/feed-reader/tasks.md': `# Implementation Plan

- [x] 1. Set up project structure and development environment
  - Create \`backend/\` with FastAPI and \`frontend/\` with Vite and React
  - Configure ruff for linting
  - _Requirements: 1.1_

- [x] 2. Implement the data layer
- [x] 2.1 Create data models
  - Write \`Feed\` and \`Entry\` with SQLAlchemy in \`backend/reader/models.py\`
  - _Requirements: 1.2, 2.1_
- [x] 2.2 Implement the store
  - \`FeedStore\` with \`add\`, \`all\`, \`unread\` and \`mark_read\`
  - _Requirements: 2.1_
- [x] 2.3 Cache unread counts in Redis
  - \`UnreadCounter\` in \`backend/reader/counters.py\`
  - _Requirements: 2.4_

- [x] 3. Feed ingestion
  - [x] 3.1 Fetch and normalize feeds
    - Implement \`fetch_feed(url, client)\` with timeouts and redirects
    - Write \`normalize_entry()\` so that titles stand on one line
    - _Requirements: 3.1, 3.2_
  - [x] 3.2 Poll with exponential backoff
    - Add \`Backoff\` and \`poll_forever\` to \`backend/reader/schedule.py\`
    - _Requirements: 3.3_
  - [x] 3.3 Run the worker process
    - \`run()\` in \`backend/reader/worker.py\` ties fetching and polling together
    - _Requirements: 3.3_
  - [ ]* 3.4 Property tests for normalization
    - _Requirements: 3.2_

- [x] 4. API
  - [x] 4.1 Subscribe to and list feeds
    - \`POST /feeds\` and \`GET /feeds\` in \`backend/reader/api/feeds.py\`
    - _Requirements: 4.1_
  - [x] 4.2 Import subscriptions from OPML
    - \`POST /feeds/import\`, using \`import_opml\`
    - _Requirements: 4.2_
  - [x] 4.3 Export subscriptions as OPML
    - Implement \`export_opml\` in \`backend/reader/opml.py\`
    - _Requirements: 4.2_
  - [x] 4.4 Unread entries and marking as read
    - \`GET /entries/unread\`, \`POST /entries/{id}/read\`
    - _Requirements: 4.3_
  - [x] 4.5 Measure response times
    - Write \`TimingMiddleware\` and register it in \`main.py\`
    - _Requirements: 4.5_
  - [x] 4.6 Full text search over entries
    - \`SearchIndex\` with tokenization in \`backend/reader/search.py\`
    - _Requirements: 4.6_

- [x] 5. User interface
  - [x] 5.1 API client and unread hook
    - Write \`unreadEntries\` and \`markRead\` in \`frontend/src/api.ts\`
    - Create the \`useUnread\` hook
    - _Requirements: 5.1_
  - [x] 5.2 Build the \`EntryList\` component
    - Highlight with the \`.entry-unread\` class
    - Add component test
    - _Requirements: 5.1_
  - [x] 5.3 Settings page
    - Build \`SettingsPage\` where feeds can be renamed and removed
    - _Requirements: 5.2_
  - [x] 5.4 Keyboard shortcuts help overlay
    - \`frontend/src/components/KeyboardHelp.tsx\`
    - _Requirements: 5.3_
  - [x] 5.5 Light and dark theme
    - _Requirements: 5.4_

- [x] 6. Write architecture documentation
  - Describe worker, API and browser in \`docs/architecture.md\`
`,
};

/** What is to be found, by id; everything else that is ticked is done. Parts speak for what they are part of. */
export const READER_VERDICTS: Record<string, string> = {
  '2.3': 'missing',
  '3.3': 'untested',
  '4.3': 'stub',
  '4.6': 'orphaned',
  '5.3': 'stub',
  '5.4': 'orphaned',
  '2': 'partial',
  '3': 'partial',
  '4': 'partial',
  '5': 'partial',
};
