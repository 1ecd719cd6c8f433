using System.Text;
using System.Text.Json;
using MtlStudio.Core.Runs;
using MtlStudio.Testing;
using MtlStudio.Web.Supervision;

namespace MtlStudio.Web.Tests.Supervision;

public sealed class EventTailTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private string Events => folder["events.jsonl"];

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Read_IsNull_WhileTheFileIsAbsentOrItsLineIncomplete()
    {
        using var tail = new EventTail(Events, 0, -1);
        Assert.Null(tail.Read());
        Append("""{"type":"log","seq":0,"message":"a""");
        Assert.Null(tail.Read());
        Append("\"}\n");
        var batch = tail.Read();
        Assert.Equal("a", Assert.IsType<LogEvent>(Assert.Single(batch!.Events)).Message);
        Assert.Equal(new FileInfo(Events).Length, batch.ToOffset);
        Assert.Null(tail.Read());
    }

    [Fact]
    public void Read_TakesTheNewLine_WhenATornOneWasCutAndReplaced()
    {
        using var tail = new EventTail(Events, 0, -1);
        Append(Line(0));
        Assert.Equal(0, tail.Read()!.Events[0].Seq);
        Append("""{"type":"points","seq":1,"index":7,"ids":[0,1,2],"values":[0.25,0.""");
        Assert.Null(tail.Read());
        using (var stream = new FileStream(Events, FileMode.Open, FileAccess.Write, FileShare.ReadWrite)) stream.SetLength(tail.Offset);
        Append("""{"type":"rewound","seq":1,"toStep":0,"attempt":2}""" + "\n");
        Assert.Equal(2, Assert.IsType<RewoundEvent>(Assert.Single(tail.Read()!.Events)).Attempt);
    }

    [Fact]
    public void Read_LimitsEvents_AndContinuesWhereItEnded()
    {
        for (var i = 0; i < 10; i++) Append(Line(i));
        using var tail = new EventTail(Events, 0, -1);
        var first = tail.Read(maxEvents: 4)!;
        Assert.Equal([0L, 1, 2, 3], first.Events.Select(e => e.Seq));
        using var other = new EventTail(Events, first.ToOffset, 3);
        Assert.Equal([4L, 5, 6, 7, 8, 9], other.Read()!.Events.Select(e => e.Seq));
    }

    [Fact]
    public void Read_GrowsItsBuffer_WhenALineIsLongerThanTheLimit()
    {
        Append(Line(0, new string('x', 300_000)));
        Append(Line(1));
        using var tail = new EventTail(Events, 0, -1);
        var batch = tail.Read(maxEvents: 1, maxBytes: 1_000)!;
        Assert.Equal(300_000, Assert.IsType<LogEvent>(Assert.Single(batch.Events)).Message.Length);
        Assert.Equal(1, tail.Read(maxBytes: 1_000)!.Events[0].Seq);
    }

    [Fact]
    public void Read_PassesOverAnUnreadableLine_OnlyAfterReadingItAfresh()
    {
        Append(Line(0));
        var bad = new FileInfo(Events).Length;
        Append("{\"type\":\"log\",\"se\n");
        Append(Line(1));
        using var tail = new EventTail(Events, 0, -1);
        Assert.Equal(0, Assert.Single(tail.Read()!.Events).Seq);
        var misses = 0;
        EventBatch? batch;
        while ((batch = tail.Read()) is null) misses++;
        Assert.Equal(3, misses);
        Assert.Equal([bad], batch.Unreadable);
        Assert.Equal(1, Assert.Single(batch.Events).Seq);
    }

    [Fact]
    public void Read_SkipsUnknownTypesToTheirBase_AndRepeatedNumbers()
    {
        Append("""{"type":"from-the-future","seq":0,"time":5,"what":[1]}""" + "\n" + Line(1) + Line(1) + Line(2));
        using var tail = new EventTail(Events, 0, -1);
        var events = tail.Read()!.Events;
        Assert.Equal([0L, 1, 2], events.Select(e => e.Seq));
        Assert.Equal(typeof(RunEvent), events[0].GetType());
    }

    [Fact]
    public void Read_StartsAgainWithoutRepeating_WhenTheFileShrank()
    {
        for (var i = 0; i < 3; i++) Append(Line(i, "a long message that is gone later"));
        using var tail = new EventTail(Events, 0, -1);
        Assert.Equal(3, tail.Read()!.Events.Count);
        File.WriteAllText(Events, Line(2) + Line(3));
        Assert.Equal(3, Assert.Single(tail.Read()!.Events).Seq);
    }

    [Fact]
    public async Task Read_GivesEveryEventOnce_WhileAWriterTearsCutsAndResumes()
    {
        var token = TestContext.Current.CancellationToken;
        const int Count = 3_000;
        var writer = Task.Run(() =>
        {
            var random = new MtlStudio.Core.KeyedRandom(7, "tail");
            using var stream = new FileStream(Events, FileMode.Append, FileAccess.Write, FileShare.ReadWrite, bufferSize: 1);
            for (var seq = 0; seq < Count; seq++)
            {
                var line = Encoding.UTF8.GetBytes(Line(seq, new string('é', random.NextInt(40))));
                if (random.NextInt(10) == 0)
                {
                    var start = stream.Length;
                    stream.Write(line.AsSpan(0, 1 + random.NextInt(line.Length - 1)));
                    stream.SetLength(start);
                    stream.Position = start;
                }
                stream.Write(line);
            }
        }, token);
        using var tail = new EventTail(Events, 0, -1);
        var seen = new List<long>();
        while (seen.Count < Count && !token.IsCancellationRequested)
        {
            var ended = writer.IsCompleted;
            if (tail.Read(maxEvents: 50) is { } batch)
            {
                Assert.Empty(batch.Unreadable);
                seen.AddRange(batch.Events.Select(e => e.Seq));
            }
            else if (ended) break;
        }
        await writer;
        Assert.Equal(Enumerable.Range(0, Count).Select(i => (long)i), seen);
        tail.FlushToDisk();
    }

    private static string Line(int seq, string message = "") =>
        JsonSerializer.Serialize<RunEvent>(new LogEvent { Seq = seq, Time = 1, Message = message }, WireJson.Compact) + "\n";

    private void Append(string text) => File.AppendAllText(Events, text);
}
