using System.Text;
using Microsoft.Extensions.Time.Testing;
using Orchestrator.Agent.Runtimes;
using Orchestrator.Agent.Runtimes.Process;
using Xunit;

namespace Orchestrator.Agent.Tests.Runtimes.Process;

public sealed class LogReaderTests : IDisposable
{
    private readonly FakeTimeProvider _time = new(new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly ContainerFolder _folder = new(Directory.CreateTempSubdirectory("log-test-").FullName);
    private readonly ContainerLog _log;

    public LogReaderTests()
    {
        Directory.CreateDirectory(_folder.Run);
        File.WriteAllBytes(_folder.Log, []);
        _log = new ContainerLog(_folder, _time);
        _log.Observe();
    }

    [Fact]
    public async Task Read_All_GivesLinesWithTheTimeTheyWereSeen()
    {
        Write("one\ntwo\n");
        Write("three\nunfinished");
        Assert.Equal(["00:00:01 one", "00:00:01 two", "00:00:02 three", "00:00:02 unfinished…"], await ReadAsync(LogQuery.All));
    }

    [Theory]
    [InlineData(0, new string[0])]
    [InlineData(1, new[] { "four" })]
    [InlineData(3, new[] { "two", "three", "four" })]
    [InlineData(9, new[] { "one", "two", "three", "four" })]
    public async Task Read_Tail_GivesTheLastLines(int tail, string[] expected)
    {
        Write("one\ntwo\nthree\nfour\n");
        Assert.Equal(expected, (await ReadAsync(new(false, tail, null))).Select(line => line[9..]));
    }

    [Fact]
    public async Task Read_Since_BeginsWithTheFirstWholeLineWrittenThen()
    {
        Write("one\nbegun ");
        Write("before, ended later\ntwo\n");
        Write("three\n");
        Assert.Equal(["00:00:02 two", "00:00:03 three"], await ReadAsync(new(false, null, Start(2))));
        Assert.Equal(["00:00:03 three"], await ReadAsync(new(false, null, Start(3))));
        Assert.Empty(await ReadAsync(new(false, null, Start(4))));
    }

    [Fact]
    public async Task Read_LongLine_ComesInPieces()
    {
        Write(new string('x', 3 * LogReader.PieceBytes + 5) + "\nnext\n");
        var chunks = new List<(int Length, bool Starts, bool Ends)>();
        await foreach (var chunk in new LogReader(_log, LogQuery.All).ReadAsync(Never, TestContext.Current.CancellationToken))
        {
            chunks.Add((chunk.Text.Length, chunk.StartsLine, chunk.EndsLine));
        }
        Assert.Equal(
            [(LogReader.PieceBytes, true, false), (LogReader.PieceBytes, false, false), (LogReader.PieceBytes, false, false), (5, false, true), (4, true, true)],
            chunks);
    }

    [Fact]
    public async Task Read_Follow_GoesOnUntilTheContainerHasEnded()
    {
        Write("one\n");
        var changes = new Queue<Action?>([() => Write("two\n"), () => Write("par"), () => Write("tial\n"), null]);
        Task<bool> Next()
        {
            var change = changes.Dequeue();
            change?.Invoke();
            if (change is null)
            {
                Write("last\n");
            }
            return Task.FromResult(change is not null);
        }
        var lines = new List<string>();
        await foreach (var chunk in new LogReader(_log, new(true, null, null)).ReadAsync(Next, TestContext.Current.CancellationToken))
        {
            lines.Add(Encoding.UTF8.GetString(chunk.Text.Span) + (chunk.EndsLine ? "\n" : ""));
        }
        Assert.Equal("one\ntwo\npartial\nlast\n", string.Concat(lines));
    }

    [Fact]
    public async Task Observe_LogGrowsPastItsLimit_GivesItsHeadUpAndKeepsItsEnd()
    {
        var block = string.Concat(Enumerable.Range(0, 1 << 16).Select(i => $"{i:d15}\n"));
        for (var i = 0; i < 55; i++)
        {
            Write(block);
        }
        Write("the end\n");
        var (begin, end) = _log.Observe();
        Assert.InRange(end - begin, ContainerLog.KeepBytes, ContainerLog.TrimAtBytes);
        var lines = await ReadAsync(LogQuery.All);
        Assert.EndsWith("the end", lines[^1], StringComparison.Ordinal);
        Assert.All(lines.Take(lines.Count - 1), line => Assert.Equal(24, line.Length));
        Assert.Equal(["000000000065535", "the end"], (await ReadAsync(new(false, 2, null))).Select(line => line[9..]));
        // A new agent reads the same.
        Assert.Equal((begin, end), new ContainerLog(_folder, _time).Observe());
    }

    public void Dispose() => Directory.Delete(_folder.FullPath, recursive: true);

    private static DateTimeOffset Start(int seconds) => new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).AddSeconds(seconds);

    private void Write(string text)
    {
        File.AppendAllText(_folder.Log, text);
        _time.Advance(TimeSpan.FromSeconds(1));
        _log.Observe();
    }

    private static Task<bool> Never() => Task.FromResult(false);

    private async Task<List<string>> ReadAsync(LogQuery query)
    {
        var lines = new List<string>();
        await foreach (var chunk in new LogReader(_log, query).ReadAsync(Never, TestContext.Current.CancellationToken))
        {
            lines.Add($"{chunk.Time:HH:mm:ss} {Encoding.UTF8.GetString(chunk.Text.Span)}{(chunk.EndsLine ? "" : "…")}");
        }
        return lines;
    }
}
