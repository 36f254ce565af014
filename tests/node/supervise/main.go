// Command supervise keeps one test cluster in namespaces of its own, and takes away what those
// leave: the cgroups and the folder. It knows nothing of Kubernetes.
//
//	supervise run PREFIX COMMAND ARGUMENT...   the command is the first process of the namespaces
//	supervise forward LISTEN TARGET            a TCP forwarder; LISTEN is an address, or fd:3
//	supervise watch DIR                        started by run, for the case that run is killed
//
// The command of run gets DIR, the folder of this run, and PORT, where it may be reached on
// 127.0.0.1 of the machine, in its environment, and the listening socket as file 3. It is killed,
// and with it everything in its namespaces, when standard input ends, when a signal comes, and,
// by the kernel, when supervise itself dies, however that happens.
package main

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"time"
)

func main() {
	var err error
	switch args := os.Args[1:]; {
	case len(args) > 2 && args[0] == "run":
		err = run(args[1], args[2:])
	case len(args) == 3 && args[0] == "forward":
		err = forward(args[1], args[2])
	case len(args) == 2 && args[0] == "watch":
		err = watch(args[1])
	default:
		err = errors.New("usage: supervise run|forward|watch, see its source")
	}
	var ended *exec.ExitError
	if errors.As(err, &ended) && ended.Exited() {
		os.Exit(ended.ExitCode())
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "supervise:", err)
		os.Exit(1)
	}
}

func run(prefix string, command []string) error {
	// The kernel kills the child when the thread that started it ends: that has to be this one.
	runtime.LockOSThread()
	sweep(prefix)
	dir, err := os.MkdirTemp("", prefix)
	if err != nil {
		return err
	}
	lock, err := claim(dir)
	if err != nil {
		return err
	}
	defer lock.Close()
	defer clean(dir)
	self, err := os.Executable()
	if err != nil {
		return err
	}
	watcher := exec.Command(self, "watch", dir)
	watcher.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := watcher.Start(); err != nil {
		return err
	}
	if err := createCgroups(filepath.Base(dir)); err != nil {
		return err
	}
	socket, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	file, err := socket.(*net.TCPListener).File()
	if err != nil {
		return err
	}
	socket.Close() // the child has the other one

	child := exec.Command(command[0], command[1:]...)
	child.Stdout, child.Stderr = os.Stdout, os.Stderr
	child.ExtraFiles = []*os.File{file}
	port := socket.Addr().(*net.TCPAddr).Port
	child.Env = append(os.Environ(), "DIR="+dir, fmt.Sprintf("PORT=%d", port))
	child.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags: syscall.CLONE_NEWNS | syscall.CLONE_NEWPID | syscall.CLONE_NEWNET,
		Pdeathsig:  syscall.SIGKILL,
	}
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
	if err := child.Start(); err != nil {
		return err
	}
	file.Close()
	if err := os.WriteFile(filepath.Join(dir, "pid"), fmt.Appendln(nil, child.Process.Pid), 0o600); err != nil {
		return err
	}
	stop := make(chan struct{})
	go func() {
		io.Copy(io.Discard, os.Stdin)
		close(stop)
	}()
	ended := make(chan error, 1)
	go func() { ended <- child.Wait() }()
	select {
	case err := <-ended:
		return err
	case <-signals:
	case <-stop:
	}
	child.Process.Kill()
	<-ended
	return nil
}

// claim locks the folder for as long as this process lives. The lock has its name only once it is
// held, so that nobody sweeps away a run that is just starting.
func claim(dir string) (*os.File, error) {
	early := filepath.Join(dir, ".unlocked")
	file, err := os.OpenFile(early, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX); err != nil {
		return nil, err
	}
	return file, os.Rename(early, filepath.Join(dir, ".lock"))
}

// watch waits for the run to end, and cleans up if the run could not.
func watch(dir string) error {
	signal.Ignore(syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
	return cleanAbandoned(dir, syscall.LOCK_EX)
}

// sweep cleans up after runs whose watcher was killed too.
func sweep(prefix string) {
	left, _ := filepath.Glob(filepath.Join(os.TempDir(), prefix+"*"))
	for _, dir := range left {
		if err := cleanAbandoned(dir, syscall.LOCK_EX|syscall.LOCK_NB); err != nil && !errors.Is(err, syscall.EWOULDBLOCK) {
			fmt.Fprintln(os.Stderr, "supervise: left over from an earlier run:", err)
		}
	}
}

func cleanAbandoned(dir string, how int) error {
	file, err := os.Open(filepath.Join(dir, ".lock"))
	if errors.Is(err, os.ErrNotExist) {
		return nil // somebody else was faster, or has just begun
	}
	if err != nil {
		return err
	}
	defer file.Close()
	for {
		err = syscall.Flock(int(file.Fd()), how)
		if !errors.Is(err, syscall.EINTR) {
			break
		}
	}
	if err != nil {
		return err
	}
	return clean(dir)
}

// clean removes what the namespaces leave. The kernel may still be ending their processes.
func clean(dir string) error {
	err := removeCgroups(filepath.Base(dir))
	for range 100 {
		if err == nil {
			break
		}
		time.Sleep(100 * time.Millisecond)
		err = removeCgroups(filepath.Base(dir))
	}
	return errors.Join(err, os.RemoveAll(dir))
}

func forward(listen, target string) error {
	var socket net.Listener
	var err error
	if listen == "fd:3" {
		socket, err = net.FileListener(os.NewFile(3, "listener"))
	} else {
		socket, err = net.Listen("tcp", listen)
	}
	if err != nil {
		return err
	}
	for {
		client, err := socket.Accept()
		if err != nil {
			return err
		}
		go func() {
			defer client.Close()
			server, err := net.Dial("tcp", target)
			if err != nil {
				fmt.Fprintln(os.Stderr, strings.TrimSpace(err.Error()))
				return
			}
			defer server.Close()
			done := make(chan struct{})
			go func() {
				pipe(server, client)
				close(done)
			}()
			pipe(client, server)
			<-done
		}()
	}
}

// pipe copies until the source ends, and tells the destination so.
func pipe(to, from net.Conn) {
	io.Copy(to, from)
	to.(*net.TCPConn).CloseWrite()
}
