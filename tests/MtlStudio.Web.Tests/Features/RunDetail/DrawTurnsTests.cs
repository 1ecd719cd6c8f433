using MtlStudio.Web.Features.RunDetail;

namespace MtlStudio.Web.Tests.Features.RunDetail;

public sealed class DrawTurnsTests
{
    private readonly SetClock clock = new();

    [Fact]
    public void PagesThatComeTogether_DrawOneAfterTheOther()
    {
        var turns = new DrawTurns(clock);
        Assert.Equal([0, 150, 300, 450], Enumerable.Range(0, 4).Select(_ => turns.Reserve().TotalMilliseconds));

        clock.Advance(TimeSpan.FromMilliseconds(500));
        Assert.Equal(100, turns.Reserve().TotalMilliseconds);
    }

    [Fact]
    public void TurnsThatNobodyTook_AreNotMadeUpFor()
    {
        var turns = new DrawTurns(clock);
        turns.Reserve();
        clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal([0, 150], Enumerable.Range(0, 2).Select(_ => turns.Reserve().TotalMilliseconds));
    }

    [Fact]
    public async Task Wait_EndsAtOnce_WhereThePageIsLeft()
    {
        var turns = new DrawTurns(TimeProvider.System);
        for (var i = 0; i < 1000; i++) turns.Reserve();
        using var left = new CancellationTokenSource();
        var waiting = turns.WaitAsync(left.Token);
        await left.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    private sealed class SetClock : TimeProvider
    {
        private long now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => now;

        public void Advance(TimeSpan by) => now += by.Ticks;
    }
}
