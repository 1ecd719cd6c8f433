using MtlStudio.Web.Layout;
using MtlStudio.Web.Tests.Store;

namespace MtlStudio.Web.Tests.Layout;

public sealed class FirstReadsTests
{
    private readonly ManualClock _clock = new();
    private readonly FirstReadsShelf _shelf;
    private int _reads;

    public FirstReadsTests() => _shelf = new(_clock);

    private Task<string> ReadAsync(FirstReads reads, string name = "rows") => reads.ReadAsync(name, () => Task.FromResult($"{name} {++_reads}"));

    private async Task<string> DrawAheadAsync(string page)
    {
        var ahead = new FirstReads(_shelf);
        ahead.Begin(page);
        Assert.True(ahead.IsAhead);
        Assert.False(ahead.IsTakingOver);
        return await ReadAsync(ahead);
    }

    private FirstReads TakeOver(string page)
    {
        var circuit = new FirstReads(_shelf);
        circuit.TakeOver(page);
        return circuit;
    }

    [Fact]
    public async Task ReadAsync_GivesTheCircuitWhatWasReadAhead_Once_AndThenReads()
    {
        var drawn = await DrawAheadAsync("a");
        var circuit = TakeOver("a");
        Assert.True(circuit.IsTakingOver);
        Assert.Equal(drawn, await ReadAsync(circuit));
        Assert.Equal("rows 2", await ReadAsync(circuit));
        Assert.Equal("other 3", await ReadAsync(circuit, "other"));
    }

    [Fact]
    public async Task ReadAsync_Reads_WhenThePageIsAnotherOne_OrItsFirstDrawingIsOver_OrNothingWasDrawnAhead()
    {
        await DrawAheadAsync("a");
        Assert.Equal("rows 2", await ReadAsync(TakeOver("b")));
        var late = TakeOver("a");
        late.End();
        Assert.False(late.IsTakingOver);
        Assert.Equal("rows 3", await ReadAsync(late));
        Assert.Equal("rows 4", await ReadAsync(new FirstReads(_shelf)));
    }

    [Fact]
    public async Task TakeOver_FindsNothing_WhenAnotherCircuitTookIt_OrSecondsHavePassed()
    {
        await DrawAheadAsync("a");
        TakeOver("a");
        Assert.False(TakeOver("a").IsTakingOver);
        await DrawAheadAsync("b");
        _clock.Advance(TimeSpan.FromSeconds(6));
        Assert.False(TakeOver("b").IsTakingOver);
    }

    [Fact]
    public async Task Begin_MakesRoom_WhenWhatNobodyTookIsOld()
    {
        for (var page = 1; page <= 20; page++) await DrawAheadAsync($"{page}");
        Assert.False(TakeOver("20").IsTakingOver);
        _clock.Advance(TimeSpan.FromSeconds(6));
        await DrawAheadAsync("20");
        Assert.True(TakeOver("20").IsTakingOver);
    }

    [Fact]
    public async Task ReadAsync_KeepsThatThereIsNothing()
    {
        var ahead = new FirstReads(_shelf);
        ahead.Begin("a");
        Assert.Null(await ahead.ReadAsync<string?>("run", () => Task.FromResult<string?>(null)));
        Assert.Null(await TakeOver("a").ReadAsync<string?>("run", () => throw new InvalidOperationException("It was read already")));
    }

    [Theory]
    [InlineData("/runs", null, true)]
    [InlineData("/runs/12", null, true)]
    [InlineData("/runs/12", "curves", true)]
    [InlineData("/runs/12", "balance", false)]
    [InlineData("/runs/new", null, false)]
    [InlineData("/runs/", null, false)]
    [InlineData("/runs/12/export", null, false)]
    [InlineData("/compare", null, false)]
    [InlineData(null, null, false)]
    public void DrawnAhead_IsTheListOfRuns_AndWhereCurvesArePartOfARunsPage(string? path, string? tab, bool isAhead) => Assert.Equal(isAhead, DrawnAhead.Is(path, tab));
}
