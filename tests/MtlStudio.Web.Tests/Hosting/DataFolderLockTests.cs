using MtlStudio.Core.IO;
using MtlStudio.Core.Runs;
using MtlStudio.Web.Hosting;

namespace MtlStudio.Web.Tests.Hosting;

public sealed class DataFolderLockTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("mtlstudio-lock-").FullName;

    [Fact]
    public void Take_NamesTheHolder_WhenTheFolderIsInUse()
    {
        var folder = new DataFolder(Path.Combine(_root, "data"));
        using var taken = DataFolderLock.Take(folder, TimeProvider.System);
        taken.Announce(["http://127.0.0.1:1234"]);
        var fault = Assert.Throws<InvalidInputException>(() => DataFolderLock.Take(folder, TimeProvider.System));
        Assert.Contains($"process {Environment.ProcessId}", fault.Message);
        Assert.Contains("http://127.0.0.1:1234", fault.Message);
    }

    [Fact]
    public void Take_Succeeds_AfterTheHolderEnded()
    {
        var folder = new DataFolder(Path.Combine(_root, "data"));
        DataFolderLock.Take(folder, TimeProvider.System).Dispose();
        Assert.Null(DataFolderLock.ReadHolder(folder));
        using var taken = DataFolderLock.Take(folder, TimeProvider.System);
        Assert.Equal(Environment.ProcessId, DataFolderLock.ReadHolder(folder)!.ProcessId);
    }

    [Fact]
    public void Take_SaysWhatToDo_WhenTheFolderCannotBeMade()
    {
        File.WriteAllText(Path.Combine(_root, "file"), "");
        var fault = Assert.Throws<InvalidInputException>(() => DataFolderLock.Take(new DataFolder(Path.Combine(_root, "file", "data")), TimeProvider.System));
        Assert.Contains("--Studio:DataFolder=DIR", fault.Message);
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);
}
