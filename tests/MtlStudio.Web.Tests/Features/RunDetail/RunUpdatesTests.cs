using MtlStudio.Web.Features.RunDetail;

namespace MtlStudio.Web.Tests.Features.RunDetail;

public sealed class RunUpdatesTests
{
    private static readonly RunBatch Batch = new([], RunChange.Lines);

    [Fact]
    public async Task TellAsync_GoesOn_WhenAPartOfThePageLeavesWhileItReads()
    {
        var updates = new RunUpdates();
        var told = 0;
        Func<RunBatch, Task>? leaving = null;
        leaving = _ =>
        {
            updates.Remove(leaving!);
            throw new OperationCanceledException();
        };
        Func<RunBatch, Task> goesToo = _ => throw new InvalidOperationException("it was told after it had gone");
        updates.Add(_ => { updates.Remove(goesToo); return Task.CompletedTask; });
        updates.Add(leaving);
        updates.Add(goesToo);
        updates.Add(_ => { told++; return Task.CompletedTask; });
        await updates.TellAsync(Batch);
        await updates.TellAsync(Batch);
        Assert.Equal(2, told);
    }

    [Fact]
    public async Task TellAsync_HidesNoFault_OfAPartThatStays()
    {
        var updates = new RunUpdates();
        updates.Add(_ => throw new OperationCanceledException());
        await Assert.ThrowsAsync<OperationCanceledException>(() => updates.TellAsync(Batch));
    }
}
