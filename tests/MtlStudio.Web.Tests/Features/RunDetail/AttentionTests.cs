using MtlStudio.Web.Features.RunDetail;

namespace MtlStudio.Web.Tests.Features.RunDetail;

public sealed class AttentionTests
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(10);
    private readonly Attention attention = new(TimeProvider.System);

    [Fact]
    public async Task RestAsync_EndsAtOnce_WhenSomebodyLooksAgain()
    {
        attention.IsThere = false;
        var rest = attention.RestAsync(TimeSpan.Zero, Long, TestContext.Current.CancellationToken);
        Assert.False(rest.IsCompleted);
        attention.IsThere = true;
        await rest.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.True(attention.IsThere);
    }

    [Fact]
    public async Task RestAsync_IsShort_WhileSomebodyLooks_AndEndsWithThePage()
    {
        await attention.RestAsync(TimeSpan.FromMilliseconds(1), Long, TestContext.Current.CancellationToken);
        attention.IsThere = false;
        using var left = new CancellationTokenSource();
        var rest = attention.RestAsync(TimeSpan.Zero, Long, left.Token);
        await left.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => rest);
    }
}
