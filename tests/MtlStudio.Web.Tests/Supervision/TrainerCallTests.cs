using MtlStudio.Web.Supervision;

namespace MtlStudio.Web.Tests.Supervision;

public sealed class TrainerCallTests
{
    [Theory]
    [InlineData(2, "--checkpoint: There is no checkpoint of step 5\n", "There is no checkpoint of step 5")]
    [InlineData(2, "model.path: it is not there\n--out: it is there already\n", "model.path: it is not there; it is there already")]
    [InlineData(1, "reading the model\nfailed: The disk is full: free some space\n", "The disk is full: free some space")]
    [InlineData(137, "reading the model\n", "The trainer was ended by signal 9: the machine may have run out of memory")]
    [InlineData(3, "odd\n", "odd")]
    [InlineData(3, "", "The trainer ended with exit code 3 and said nothing")]
    public void Fault_IsTheProgramsOwnWords_WhereItHadAny(int code, string errors, string fault) => Assert.Equal(fault, TrainerCall.FaultOf(code, errors));

    [Fact]
    public async Task Call_EndsItsProcess_WhenItIsCancelled()
    {
        if (OperatingSystem.IsWindows()) Assert.Skip("Needs sleep.");
        using var soon = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        soon.CancelAfter(TimeSpan.FromMilliseconds(100));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => TrainerCall.RunAsync(new("sleep", ["600"], new Dictionary<string, string?>()), soon.Token));
        await Assert.ThrowsAsync<TrainerStartException>(() => TrainerCall.RunAsync(new("/no/such/program", [], new Dictionary<string, string?>()), TestContext.Current.CancellationToken));
    }
}
