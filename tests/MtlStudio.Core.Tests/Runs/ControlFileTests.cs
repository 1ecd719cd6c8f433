using MtlStudio.Core.Runs;
using MtlStudio.Testing;

namespace MtlStudio.Core.Tests.Runs;

public sealed class ControlFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Read_FollowsTheFile_WhenItChanges()
    {
        var control = new ControlFile(folder["control.json"]);
        Assert.Equal(RunCommand.Run, control.Read());
        foreach (var command in new[] { RunCommand.Pause, RunCommand.Stop, RunCommand.Run })
        {
            ControlFile.Write(folder["control.json"], command);
            Assert.Equal(command, control.Read());
        }
    }

    [Fact]
    public void Read_KeepsTheLastCommand_WhenTheFileIsNoJson()
    {
        var control = new ControlFile(folder["control.json"]);
        ControlFile.Write(folder["control.json"], RunCommand.Pause);
        Assert.Equal(RunCommand.Pause, control.Read());
        File.WriteAllText(folder["control.json"], "{\"comm");
        Assert.Equal(RunCommand.Pause, control.Read());
    }
}
