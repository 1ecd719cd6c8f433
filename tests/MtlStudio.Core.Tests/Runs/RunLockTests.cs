using System.Diagnostics;
using MtlStudio.Core.Runs;

namespace MtlStudio.Core.Tests.Runs;

public sealed class RunLockTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("mtl-lock-").FullName;
    private string Lock => Path.Combine(folder, "lock");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void TryTake_RefusesASecondHolder_WhileTheFirstHoldsIt()
    {
        Assert.False(RunLock.IsHeld(Lock));
        using (RunLock.TryTake(Lock, TimeSpan.Zero))
        {
            Assert.True(RunLock.IsHeld(Lock));
            Assert.Null(RunLock.TryTake(Lock, TimeSpan.FromMilliseconds(30)));
            Assert.Equal(ProcessIdentity.Current(), RunLock.ReadHolder(Lock));
        }
        Assert.False(RunLock.IsHeld(Lock));
        using var again = RunLock.TryTake(Lock, TimeSpan.Zero);
        Assert.NotNull(again);
    }

    [Fact]
    public void ReadHolder_IsNull_WhenTheFileIsAbsentOrTorn()
    {
        Assert.Null(RunLock.ReadHolder(Lock));
        using (var stream = File.Create(Lock)) stream.Write("{\"pid\":1,"u8);
        Assert.Null(RunLock.ReadHolder(Lock));
    }

    [Fact]
    public void IsAlive_ComparesStartTimeAndBoot_NotThePidAlone()
    {
        var own = ProcessIdentity.Current();
        Assert.True(own.IsAlive());
        Assert.False((own with { StartTime = own.StartTime - 1 }).IsAlive());
        Assert.False((own with { BootId = "another boot" }).IsAlive());
    }

    [Fact]
    public async Task IsAlive_IsFalse_WhenTheProcessIsAZombie()
    {
        if (!OperatingSystem.IsLinux()) Assert.Skip("zombies are read from /proc");
        // The shell's child ends at once; the shell became `sleep` and never reaps it.
        var start = new ProcessStartInfo("sh") { RedirectStandardOutput = true };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add("sh -c 'echo $$; read -r line < /proc/$$/stat; exec sleep 0.3' & exec sleep 60");
        using var parent = Process.Start(start)!;
        try
        {
            var pid = int.Parse((await parent.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken))!);
            var child = ProcessIdentity.Of(pid);
            Assert.NotNull(child);
            for (var i = 0; i < 100 && child.IsAlive(); i++) await Task.Delay(20, TestContext.Current.CancellationToken);
            Assert.False(child.IsAlive());
            Assert.Contains(") Z ", await File.ReadAllTextAsync($"/proc/{pid}/stat", TestContext.Current.CancellationToken));
        }
        finally
        {
            parent.Kill();
        }
    }
}
