using System.Text.Json;
using MtlStudio.Core.Runs;
using MtlStudio.Testing;

namespace MtlStudio.Core.Tests.Runs;

public sealed class EventLogWriterTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private string File => folder["events.jsonl"];

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Append_NumbersEventsFromOne_WhenTheFileIsNew()
    {
        using (var log = EventLogWriter.Open(File, TimeProvider.System, null, out var scan))
        {
            Assert.Equal(new EventLogScan(0, 0, 0, 0), scan);
            log.Append(new StartedEvent { Attempt = 1 });
            log.Append(new LogEvent { Message = "<räksmörgås>" });
            Assert.Equal(2, log.LastSeq);
        }
        var events = Read();
        Assert.Equal([1, 2], events.Select(e => e.Seq));
        Assert.Equal("<räksmörgås>", Assert.IsType<LogEvent>(events[1]).Message);
        Assert.All(events, e => Assert.True(e.Time > 1_600_000_000_000));
    }

    [Fact]
    public void Append_StaysUnseen_UntilFlushed()
    {
        using var log = EventLogWriter.Open(File, TimeProvider.System, null, out _);
        log.Append(new LogEvent());
        Assert.Empty(Read());
        log.Flush();
        Assert.Single(Read());
    }

    [Theory]
    [InlineData("{\"type\":\"log\",\"seq\":3,\"mess")]
    [InlineData("\0\0\0\0\0\0")]
    [InlineData("\0\0\0\0\n\0\0\n")]
    public void Open_CutsTheTornTailAndContinues_WhenACrashLeftHalfALine(string tail)
    {
        using (var log = EventLogWriter.Open(File, TimeProvider.System, null, out _))
        {
            log.Append(new StartedEvent { Attempt = 1 });
            log.Append(new LogEvent { Message = "kept" });
        }
        System.IO.File.AppendAllText(File, tail);
        using (var log = EventLogWriter.Open(File, TimeProvider.System, null, out var scan))
        {
            Assert.Equal((2, 1, tail.Length), (scan.LastSeq, scan.Attempts, scan.TornBytes));
            log.Append(new RewoundEvent { ToStep = 0, Attempt = 2 });
        }
        Assert.Equal([1, 2, 3], Read().Select(e => e.Seq));
    }

    [Fact]
    public void Open_FindsTheLastLine_WhenTheFileIsLargerThanItsBuffer()
    {
        using (var log = EventLogWriter.Open(File, TimeProvider.System, null, out _))
        {
            log.Append(new LogEvent { Message = new string('x', 3_000_000) });
            for (var i = 0; i < 2000; i++) log.Append(new LogEvent { Message = new string('y', 700) });
        }
        Assert.Equal(2001, EventLogScan.Of(File).LastSeq);
        Assert.Equal(0, EventLogScan.Of(File).TornBytes);
    }

    [Fact]
    public void Flush_MirrorsEveryEvent_WhenAStreamIsGiven()
    {
        using var mirror = new MemoryStream();
        using (var log = EventLogWriter.Open(File, TimeProvider.System, mirror, out _))
            for (var i = 0; i < 3; i++) log.Append(new PointsEvent { Index = i, Ids = [1], Values = [double.NaN] });
        Assert.Equal(System.IO.File.ReadAllBytes(File), mirror.ToArray());
    }

    [Fact]
    public void Append_StampsTimesThatNeverFall_WhenTheClockIsSetBack()
    {
        var clock = new SetClock { Now = DateTimeOffset.FromUnixTimeMilliseconds(1_800_000_000_000) };
        using (var log = EventLogWriter.Open(File, clock, null, out _))
        {
            log.Append(new LogEvent());
            clock.Now -= TimeSpan.FromDays(400);
            log.Append(new LogEvent());
            clock.Now += TimeSpan.FromSeconds(5);
            log.Append(new LogEvent());
        }
        clock.Now -= TimeSpan.FromHours(1);
        // The next attempt is another process, which knows the file alone.
        using (var log = EventLogWriter.Open(File, clock, null, out var scan))
        {
            Assert.Equal(1_800_000_005_000, scan.LastTime);
            log.Append(new LogEvent());
            clock.Now += TimeSpan.FromDays(1000);
            log.Append(new LogEvent());
        }
        Assert.Equal([0, 0, 5_000, 5_000, 5_000 + 1000 * 86_400_000L], Read().Select(e => e.Time - 1_800_000_000_000));
    }

    private sealed class SetClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; }

        public override DateTimeOffset GetUtcNow() => Now;
    }

    private List<RunEvent> Read()
    {
        using var stream = new FileStream(File, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(stream);
        var events = new List<RunEvent>();
        while (reader.ReadLine() is { } line) events.Add(JsonSerializer.Deserialize<RunEvent>(line, WireJson.Compact)!);
        return events;
    }
}
