module github.com/spacemonkeygo/monkit/v3

go 1.26
